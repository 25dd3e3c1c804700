"""Facts about the administration of the store: what was done to it, and by whom."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from lrs.events.form import Form
from lrs.events.principal import Principal


class Kind(StrEnum):
    """What was done.

    The list is closed: a reader that does not know a kind could not say what it misses. So whoever
    adds one raises the schema number of `Administered`, with an upcast that changes nothing.
    """

    QUARANTINE_RETRIED = "quarantine-retried"
    READ_MODEL_REBUILT = "read-model-rebuilt"
    SETTINGS_CHANGED = "settings-changed"
    """A server started with other settings than the one that was recorded before it."""
    EXPORTED = "exported"
    KEY_CHANGED = "key-changed"


Detail = dict[str, str | int | bool | list[str] | None]
"""What is worth knowing of a deed, by name: no secret, no address and no name of anybody."""


class Administered(msgspec.Struct, frozen=True):
    """Somebody did something to the store."""

    form: ClassVar = Form("ledger.administered", 1)

    kind: Kind
    principal: Principal
    detail: Detail
