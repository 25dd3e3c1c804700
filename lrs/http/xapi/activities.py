"""The Activities resource (Communication 2.5): all that the store knows of an activity."""

from flask import Blueprint, Response

from lrs.http.wire import parameters
from lrs.http.wire.app_parts import app_parts
from lrs.http.xapi.json_object import json_object
from lrs.http.xapi.negotiation import negotiate
from projections.activities.reads import definitions

blueprint = Blueprint("activities", __name__)
blueprint.before_request(negotiate)


class Get(parameters.Parameters):
    """Parameters of GET."""

    activityId = parameters.Iri(required=True)  # noqa: N815  # the standard's name


@blueprint.get("/activities")
def get() -> Response:
    """Return the Activity with its merged definition; without one where none was ever sent."""
    activity = parameters.load(Get)["activityId"]
    app_parts().freshness.catch_up("activities")
    definition = definitions(app_parts().database, [activity]).get(activity)
    found = {"objectType": "Activity", "id": activity}
    return json_object(found | ({"definition": definition} if definition else {}))
