"""Who may ask `/api/v1`.

Completions are computed from statements, so who may read any statement may read them, by agent;
`all/read` means xAPI, as the standard has it, and allows nothing here.

The administration is told to auditors. It names who acted, and of the people who were asked about
it holds hashes only, so reading it is not recorded in turn.

Registers are read and entered with scopes of their own; the routes of each follow from its file.
"""

from collections.abc import Iterator
from typing import Final

from lrs.access.scopes import Scope
from lrs.http.wire.authorization import OPEN, RouteRule, Table, allowing
from lrs.registers.form.discovery import discover

_READING: Final = allowing(Scope.REGISTERS_READ)
_WRITING: Final = allowing(Scope.REGISTERS_WRITE)


def _registers() -> Iterator[tuple[str, dict[str, RouteRule]]]:
    """Yield the routes of every register: those of persons are read on record."""
    for register in discover().values():
        path = f"/api/v1/registers/{register.name}"
        reading = {"GET": RouteRule(_READING, named=register.personal)}
        yield path, reading
        yield f"{path}/history", reading
        yield f"{path}/entries", {"POST": RouteRule(_WRITING)}
        if register.key.in_path:
            yield f"{path}/<key>", reading


TABLE: Final[Table] = {
    "/api/v1/completions": {
        "GET": RouteRule(allowing(Scope.STATEMENTS_READ, Scope.RECORDS_READ), named=True)
    },
    "/api/v1/administration": {"GET": RouteRule(allowing(Scope.AUDIT_READ))},
    "/api/v1/registers": {"GET": RouteRule(_READING)},
    **dict(_registers()),
    "/api/openapi.json": {"GET": OPEN},
    "/api/docs": {"GET": OPEN},
}
