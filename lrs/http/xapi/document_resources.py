"""The three document resources: State, Agent Profile and Activity Profile (2.3, 2.6, 2.7).

A resource is one declaration here and one row in the table of `lrs.http.wire.authorization`.
"""

from lrs.http.wire import parameters
from lrs.http.xapi.documents import Resource


class StateContext(parameters.Parameters):
    """An agent in an activity.

    Without `registration`, one document is the one stored without registration, but a list and the
    deletion of a list cover every registration: "all state data for this context (Activity + Agent
    [+ registration if specified])" narrows by registration only where one is specified.
    """

    activityId = parameters.Iri(required=True)  # noqa: N815  # the standard's name
    agent = parameters.Agent(required=True)
    registration = parameters.Uuid()


class AgentContext(parameters.Parameters):
    """An agent."""

    agent = parameters.Agent(required=True)


class ActivityContext(parameters.Parameters):
    """An activity."""

    activityId = parameters.Iri(required=True)  # noqa: N815  # the standard's name


RESOURCES = (
    Resource("activities/state", StateContext, "stateId", profile=False),
    Resource("agents/profile", AgentContext, "profileId", profile=True),
    Resource("activities/profile", ActivityContext, "profileId", profile=True),
)
