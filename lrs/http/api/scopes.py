"""Who may ask `/api/v1`.

Completions are computed from statements, so who may read any statement may read them, by agent;
`all/read` means xAPI, as the standard has it, and allows nothing here.

The administration is told to auditors. It names who acted, and of the people who were asked about
it holds hashes only, so reading it is not recorded in turn.
"""

from typing import Final

from lrs.access.scopes import Scope
from lrs.http.wire.authorization import OPEN, Rule, Table, allowing

TABLE: Final[Table] = {
    "/api/v1/completions": {
        "GET": Rule(allowing(Scope.STATEMENTS_READ, Scope.RECORDS_READ), named=True)
    },
    "/api/v1/administration": {"GET": Rule(allowing(Scope.AUDIT_READ))},
    "/api/openapi.json": {"GET": OPEN},
    "/api/docs": {"GET": OPEN},
}
