"""Who may ask how the process is: anybody.

Health and measures hold nothing of anybody. The server listens on loopback by default; a proxy
before it need not pass `/metrics` on.
"""

from typing import Final

from lrs.http.wire.authorization import OPEN, Table

TABLE: Final[Table] = {
    "/health/live": {"GET": OPEN},
    "/health/ready": {"GET": OPEN},
    "/metrics": {"GET": OPEN},
}
