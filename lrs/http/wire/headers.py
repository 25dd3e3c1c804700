"""The paths and headers that several modules of `lrs/http` use."""

import re
from typing import Final

from flask import g, request

from lrs.http.wire.app_parts import app_parts
from lrs.xapi.version import Version

ROOT: Final = "/xapi/"
STATEMENTS: Final = "/xapi/statements"
HEADER: Final = "X-Experience-API-Version"
CONSISTENT: Final = "X-Experience-API-Consistent-Through"
APPENDED: Final = "X-Ledger-Appended"
"""`false` when every statement of a request was stored before and nothing was appended."""

_ACCEPTED: Final = {
    Version.V1_0_3: re.compile(r"1\.0(\.[0-9]+)?"),
    Version.V2_0_0: re.compile(r"2\.0(\.[0-9]+)?"),
}


def version() -> Version:
    """Return the version of the request, or the default where it names none that is known."""
    known = g.get("version") or known_version(request.headers.get(HEADER, ""))
    return known or app_parts().settings.default_xapi_version


def known_version(header: str) -> Version | None:
    """Return the version that the header asks for; None if there is none like it here."""
    asked = header.strip()
    return next((known for known, form in _ACCEPTED.items() if form.fullmatch(asked)), None)
