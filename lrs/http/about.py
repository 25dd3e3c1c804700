"""The About resource (Communication 2.8): which versions are spoken here; needs no credentials."""

from typing import Final

from flask import Blueprint, Response, jsonify

from lrs.http.negotiation import bear_version

blueprint = Blueprint("about", __name__)
blueprint.after_request(bear_version)

SPOKEN: Final = ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0"]


@blueprint.get("/about")
def about() -> Response:
    """Return the supported versions."""
    return jsonify(version=SPOKEN)
