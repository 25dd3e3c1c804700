"""Facts about statements.

A statement is embedded as the client's own bytes (`raw`), never parsed and written again: that is
what makes `format=exact` exact.
"""

from typing import ClassVar

import msgspec

from lrs.events.form import Form
from lrs.events.principal import UNKNOWN_BEFORE, Principal


class AcceptedStatement(msgspec.Struct, frozen=True):
    """One statement of an accepted request: its id, its digest (hex) and the client's bytes."""

    id: str
    digest: str
    raw: msgspec.Raw


class StatementsStored(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request of one or many statements was accepted.

    `version`, `timestamp` and `authority` are what the LRS gives to statements that lack them
    (authority: to all); `stored` is given by the fold from the log's time. `defines` tells whether
    definitions and names in them become those of the store (Communication 4.2, scope `define`).
    """

    form: ClassVar = Form("ledger.statements.stored", 2, UNKNOWN_BEFORE)

    statements: tuple[AcceptedStatement, ...]
    version: str
    timestamp: str
    authority: msgspec.Raw
    principal: Principal | None
    defines: bool = True
