"""Facts about reads of named data: who asked about people, and how much was told.

Nothing here identifies the people who were asked about to a reader of the log: identities stand as
hashes under the secret of the store, so that only this store can find a person's again.
"""

from typing import ClassVar

import msgspec

from lrs.events.form import Form
from lrs.events.principal import Principal


class NamedDataRead(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody was answered from a resource that tells of people by their identity.

    `filters` are the parameters that were asked with, and `rows` is how many rows were told.
    `on_behalf_of` is the hash of the person for whom a platform asked, `reason` what it said why;
    both are empty where it said nothing. `hour` (hours UTC since 1970) is given where the event
    stands for all reads of a platform by itself in that hour: then filters and rows are those of
    the first.
    """

    form: ClassVar = Form("ledger.named-data.read", 1)

    resource: str
    principal: Principal
    filters: dict[str, str]
    rows: int
    on_behalf_of: str = ""
    reason: str = ""
    hour: int | None = None
