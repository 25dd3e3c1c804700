"""Facts about registers: what somebody entered, as dated entries."""

from typing import Any, ClassVar

import msgspec

from lrs.events.form import Form
from lrs.events.principal import Principal


class RegisterEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry as people write it: days as texts, attributes whole, unknown ones left out.

    With `attributes` the subject has these from the day `since` on (on the log: `from`; none means
    since ever). An `end` is the last day on which the subject holds. `retract` takes back the entry
    of the day `since`, or the end.
    """

    key: Any
    since: str | None = msgspec.field(name="from", default=None)
    attributes: dict[str, Any] | None = None
    end: str | None = None
    retract: bool = False


class EntriesRecorded(msgspec.Struct, frozen=True, omit_defaults=True):
    """Entries of one register were recorded.

    An import that is larger than a record is several parts, numbered `part` 1 to `of` under one
    `import_id`: its entries are known from the position of the last part on, once all are there.
    `basis` says in words what the entries rest on.
    """

    form: ClassVar = Form("ledger.entries.recorded", 1)

    register: str
    entries: tuple[RegisterEntry, ...]
    recorded_by: Principal
    import_id: str
    basis: str = ""
    part: int = 1
    of: int = 1
