"""Who may see the pages: the start pages hold nothing of anybody and are open."""

from typing import Final

from lrs.http.wire.authorization import OPEN, Table

TABLE: Final[Table] = {"/": {"GET": OPEN}, "/xapi": {"GET": OPEN}}
