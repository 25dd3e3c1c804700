"""The tables of the registers: entries as they came, and what is derived from them.

Each register has a table of rectangles that follows from its file: a column for each field. A
rectangle says that from the day `valid_from` until the day before `valid_until` these attributes
held, as known from the position `known_from` until the one before `known_until`. So "on day t, as
known at P" is `valid_from <= t < valid_until AND known_from <= P < known_until`: one row.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from lrs.registers.form.attribute import ColumnType
from lrs.registers.form.discovery import discover
from lrs.registers.form.register import Register
from lrs.storage.database import metadata


class PartRow(NamedTuple):
    """A row of `register_part`."""

    position: int
    register: str
    import_id: str
    part: int
    of: int
    known_from: int | None


register_part = Table(
    "register_part",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("register", Text, nullable=False),
    Column("import_id", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("known_from", BigInteger),
    Index("register_part_register_import_id_idx", "register", "import_id"),
    info={"row": PartRow, "order": "position", "wins": "first"},
)
"""A row for each event. `known_from` is derived: the position of the last part of the import once
all are there; null until then, and for a part that was on the log before."""


class EntryRow(NamedTuple):
    """A row of `register_entry`."""

    position: int
    place: int
    register: str
    key: str
    day: int
    is_end: bool
    retract: bool
    attributes: str | None


register_entry = Table(
    "register_entry",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("register", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("day", Integer, nullable=False),
    Column("is_end", Boolean, nullable=False),
    Column("retract", Boolean, nullable=False),
    Column("attributes", JSONB),
    Index("register_entry_register_key_idx", "register", "key"),
    info={"row": EntryRow, "order": "position", "wins": "first"},
)
"""`place` counts within the event; `key` is the canonical text; `day` is the first day of a state,
or the last day before an end (`is_end`); `attributes` are in stored form."""


class TermRow(NamedTuple):
    """A row of `register_term`."""

    register: str
    key: str
    k: int
    position: int
    text: str


register_term = Table(
    "register_term",
    metadata,
    Column("register", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("k", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Index("register_term_k_idx", "k"),
    info={"row": TermRow, "order": "position", "wins": "first"},
)
"""By which identifiers statements name a subject, as entries of any time say: the identifier and
its hash (`lrs.xapi.terms`), by which read models of statements keep it too."""

DERIVED: Final = {"derived": True}
"""Of a table whose rows no fold yields: they are derived from rows of other tables."""

_TYPES: Final[Mapping[ColumnType, TypeEngine[Any]]] = {
    ColumnType.TEXT: Text(),
    ColumnType.TEXTS: ARRAY(Text),
    ColumnType.INTEGER: Integer(),
    ColumnType.BIGINT: BigInteger(),
    ColumnType.BOOLEAN: Boolean(),
    ColumnType.JSONB: JSONB(),
}


def table_name(register: str) -> str:
    """Return the name of the table that holds the rectangles of a register."""
    return f"register_{register.replace('-', '_')}"


def rectangles_table(register: Register, within: MetaData) -> Table:
    """Declare the table of the rectangles of a register.

    `position` is the one from which the entry is known whose attributes these are.
    """
    fields = [Column(name, _TYPES[kind]) for name, kind in register.columns.items()]
    return Table(
        table_name(register.name),
        within,
        Column("key", Text, primary_key=True),
        Column("valid_from", Integer, primary_key=True, autoincrement=False),
        Column("valid_until", Integer, nullable=False),
        Column("known_from", BigInteger, primary_key=True, autoincrement=False),
        Column("known_until", BigInteger, nullable=False),
        Column("position", BigInteger, nullable=False),
        *fields,
        info=DERIVED,
    )


RECTANGLES: Final[Mapping[str, Table]] = {
    name: rectangles_table(register, metadata) for name, register in discover().items()
}
"""The table of each register, by the name of the register."""

Index("register_identities_person_idx", RECTANGLES["identities"].c.person)
Index("register_merges_person_idx", RECTANGLES["merges"].c.person)

identity_person = Table(
    "identity_person",
    metadata,
    Column("identity_k", BigInteger, nullable=False, index=True),
    Column("identity", Text, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_until", Integer, nullable=False),
    Column("known_from", BigInteger, nullable=False),
    Column("known_until", BigInteger, nullable=False),
    Column("person", Text, nullable=False, index=True),
    info=DERIVED,
)
"""Rectangles: which person an identity is, merges resolved."""

activity_catalogue = Table(
    "activity_catalogue",
    metadata,
    Column("activity_k", BigInteger, nullable=False, index=True),
    Column("activity", Text, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_until", Integer, nullable=False),
    Column("known_from", BigInteger, nullable=False),
    Column("known_until", BigInteger, nullable=False),
    Column("catalogue_id", Text, nullable=False, index=True),
    info=DERIVED,
)
"""Rectangles: which activity of the catalogue an IRI of statements is."""
