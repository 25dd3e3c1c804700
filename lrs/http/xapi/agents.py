"""The Agents resource (Communication 2.4): the Person behind an Agent."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response

from lrs.http.wire import parameters
from lrs.http.wire.app_parts import app_parts
from lrs.http.xapi.json_object import json_object
from lrs.http.xapi.negotiation import negotiate
from lrs.xapi.agent import identity
from projections.agents.reads import names

blueprint = Blueprint("agents", __name__)
blueprint.before_request(negotiate)

PROPERTIES: Final = frozenset(("name", "mbox", "mbox_sha1sum", "openid", "account"))


class Get(parameters.Parameters):
    """Parameters of GET."""

    agent = parameters.Agent(required=True)


@blueprint.get("/agents")
def get() -> Response:
    """Return a Person: the Agent's identifier, and the names that statements gave it."""
    agent = parameters.load(Get)["agent"]
    if agent.get("objectType") == "Group":
        raise parameters.refusal({"agent": ["must be an Agent: a Group is no Person"]})
    app_parts().freshness.catch_up("agents")
    return json_object(_person(agent))


def _person(agent: Mapping[str, Any]) -> dict[str, Any]:
    """Gather what is known; where that is no name, the one of the request stands."""
    key = identity(agent)
    assert key is not None, "an Agent without identifier passed the schema"
    person = {name: [value] for name, value in agent.items() if name in PROPERTIES}
    if known := names(app_parts().database, key):
        person["name"] = list(known)
    return {"objectType": "Person", **person}
