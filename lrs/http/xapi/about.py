"""The About resource (Communication 2.8): the supported versions; needs no credentials."""

from typing import Final

from flask import Blueprint, Response, jsonify

from lrs.http.wire import parameters

blueprint = Blueprint("about", __name__)

SUPPORTED: Final = ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0"]


@blueprint.get("/about")
def about() -> Response:
    """Return the supported versions, also to who asks in a version that is none of them."""
    parameters.refuse_all()
    return jsonify(version=SUPPORTED)
