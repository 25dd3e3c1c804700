"""Who may ask `/api/v1`.

Completions are computed from statements, so who may read any statement may read them, by agent;
`all/read` means xAPI, as the standard has it, and allows nothing here.
"""

from typing import Final

from lrs.access.scopes import Scope
from lrs.http.wire.authorization import OPEN, Rule, Table, allowing

TABLE: Final[Table] = {
    "/api/v1/completions": {
        "GET": Rule(allowing(Scope.STATEMENTS_READ, Scope.RECORDS_READ), named=True)
    },
    "/api/openapi.json": {"GET": OPEN},
}
