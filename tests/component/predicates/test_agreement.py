"""Compiler and evaluator give every predicate the same of three answers, on a real PostgreSQL."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Connection, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from lrs.predicates.compiler import Field, Source, condition
from lrs.predicates.evaluator import decision, truth
from lrs.predicates.fields import Vocabulary, check
from lrs.predicates.reader import read
from lrs.predicates.tree import Checked, Scalar
from lrs.predicates.values import Kind
from lrs.storage.database import connect

TYPES: Mapping[Kind, Any] = {
    Kind.TEXT: Text,
    Kind.TEXTS: ARRAY(Text),
    Kind.LANGUAGE: Text(collation="pg_c_utf8"),  # in which lower knows more letters than ASCII
    Kind.LANGUAGES: ARRAY(Text),
    Kind.NUMBER: BigInteger,
    Kind.DAY: Integer,
    Kind.INSTANT: BigInteger,
    Kind.BOOLEAN: Boolean,
    Kind.LOCALIZED: JSONB(none_as_null=True),
}
KINDS = {
    "entity": Kind.TEXT,
    "person.entity": Kind.TEXT,
    "functions": Kind.TEXTS,
    "language": Kind.LANGUAGE,
    "activity.language": Kind.LANGUAGE,
    "languages": Kind.LANGUAGES,
    "hours": Kind.NUMBER,
    "activity.hours": Kind.NUMBER,
    "entered": Kind.DAY,
    "left": Kind.DAY,
    "at": Kind.INSTANT,
    "app.at": Kind.INSTANT,
    "active": Kind.BOOLEAN,
    "applied": Kind.BOOLEAN,
    "title": Kind.LOCALIZED,
}
SETS: Mapping[str, Sequence[Scalar]] = {
    "offices": ["DOS", "O'Brien", "%"],
    "thresholds": [1, 2.5],
    "spoken": ["FR-ca", "pt"],
}
MOMENTS = {"as_of": -1, "period_start": 0, "period_end": 86_400_000_000}
VOCABULARY = Vocabulary(KINDS, SETS, tuple(MOMENTS))

HOSTILE = [
    "DOS",
    "dos",
    "",
    "O'Brien",
    "'; DROP TABLE subject; --",
    "%",
    "_",
    "\\",
    "{a,b}",
    "NULL",
]
UNICODE = ["\u00e9", "e\u0301", "\u0130", "\u2028", "\U0001f600", "\ufeff", "\x01"]
CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
TEXTS = st.sampled_from(HOSTILE + UNICODE) | st.text(CHARACTERS, max_size=3)
TAGS = st.sampled_from(["fr", "FR-ca", "fr-CA", "pt-BR", "pt", "in-ID", "IN", "zh-Hant", "zho"])
NUMBERS = st.sampled_from([0, 1, -1, 10**9, 2_500_000_000, 2**63 - 1, -(2**63)])
DAYS = st.sampled_from([-719_162, -1, 0, 1, 20_148, 2_932_896])
INSTANTS = st.sampled_from(
    [-62_135_596_800_000_000, -1, 0, 86_400_000_000, 253_402_300_799_999_999]
)
ROW_VALUES: Mapping[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: TEXTS,
    Kind.TEXTS: st.lists(TEXTS | st.none(), max_size=3),
    Kind.LANGUAGE: TAGS | TEXTS,
    Kind.LANGUAGES: st.lists(TAGS | TEXTS | st.none(), max_size=3),
    Kind.NUMBER: NUMBERS | st.integers(-(2**63), 2**63 - 1),
    Kind.DAY: DAYS,
    Kind.INSTANT: INSTANTS,
    Kind.BOOLEAN: st.booleans(),
    Kind.LOCALIZED: st.just({"en": "Nairobi"}),
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | ROW_VALUES[kind] for name, kind in KINDS.items()}),
    min_size=1,
    max_size=12,
)
WRITTEN: Mapping[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: TEXTS,
    Kind.LANGUAGE: TAGS,
    Kind.NUMBER: st.sampled_from([0, 1, -1, 2.5, 1e-9, 9_223_372_036, -9_223_372_036.75]),
    Kind.DAY: st.sampled_from(["0001-01-01", "1969-12-31", "1970-01-01", "9999-12-31"]),
    Kind.INSTANT: st.sampled_from(
        ["0001-01-01T00:00:00Z", "1970-01-01T01:00:00+01:00", "9999-12-31T23:59:59.999999Z"]
    ),
    Kind.BOOLEAN: st.booleans(),
}
SETS_OF = {Kind.TEXT: "offices", Kind.NUMBER: "thresholds", Kind.LANGUAGE: "spoken"}
ORDERED = (Kind.NUMBER, Kind.DAY, Kind.INSTANT)
LISTS = {Kind.TEXT: "functions", Kind.LANGUAGE: "languages"}


def _operands(kind: Kind) -> st.SearchStrategy[Any]:
    """Draw a constant, another field of the kind, or a moment."""
    others = [{"ref": name} for name, other in KINDS.items() if other is kind]
    moments = [{"param": name} for name in MOMENTS] if kind in (Kind.DAY, Kind.INSTANT) else []
    return WRITTEN[kind] | st.sampled_from(others + moments)


def _operators(kind: Kind) -> dict[str, st.SearchStrategy[Any]]:
    """Return every operator that a kind takes, with its operands."""
    if kind is Kind.LOCALIZED:
        return {"exists": st.booleans()}
    if kind in (Kind.TEXTS, Kind.LANGUAGES):
        item = Kind.TEXT if kind is Kind.TEXTS else Kind.LANGUAGE
        return {"exists": st.booleans(), "has": _operands(item)}
    found = {"exists": st.booleans(), "eq": _operands(kind), "ne": _operands(kind)}
    if kind is not Kind.BOOLEAN:
        found["in"] = st.lists(WRITTEN[kind], min_size=1, max_size=3)
    if kind in ORDERED:
        found |= {word: _operands(kind) for word in ("gt", "gte", "lt", "lte")}
    if kind in SETS_OF:
        found["in_set"] = st.just(SETS_OF[kind])
    if kind in LISTS:
        found["within_list"] = st.just({"ref": LISTS[kind]})
    return found


def _tests(kind: Kind) -> st.SearchStrategy[Any]:
    choices = [st.fixed_dictionaries({word: operand}) for word, operand in _operators(kind).items()]
    return st.one_of(choices)


FIELDS = st.one_of([st.fixed_dictionaries({name: _tests(kind)}) for name, kind in KINDS.items()])
PREDICATES = st.recursive(
    FIELDS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts})
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts})
        | inner.map(lambda part: {"not": part})
    ),
    max_leaves=6,
)


@dataclass(frozen=True)
class Asked:
    """A table of subjects in a database, and the source over it."""

    connection: Connection
    table: Table
    source: Source

    def answers(
        self, predicates: Sequence[Checked], rows: Sequence[Mapping[str, Any]]
    ) -> list[list[bool | None]]:
        """Return what the conditions say of each row: a list per row, in their order."""
        conditions = [condition(checked, self.source, MOMENTS) for checked in predicates]
        with self.connection.begin_nested() as attempt:
            self._insert(rows)
            place = self.table.c.place
            said = sqlalchemy.select(*conditions).select_from(self.source.from_clause)
            answers = [list(row) for row in self.connection.execute(said.order_by(place))]
            attempt.rollback()
        return answers

    def kept(self, checked: Checked, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Return the places of the rows that `WHERE` keeps."""
        with self.connection.begin_nested() as attempt:
            self._insert(rows)
            place = self.table.c.place
            said = sqlalchemy.select(place).where(condition(checked, self.source, MOMENTS))
            kept = list(self.connection.scalars(said.order_by(place)))
            attempt.rollback()
        return kept

    def _insert(self, rows: Sequence[Mapping[str, Any]]) -> None:
        values = [{"place": place, **row} for place, row in enumerate(rows)]
        self.connection.execute(self.table.insert(), values)


@pytest.fixture
def asked(database: str) -> Iterator[Asked]:
    columns = [Column(name, TYPES[kind]) for name, kind in KINDS.items()]
    table = Table(
        "subject",
        sqlalchemy.MetaData(),
        Column("place", Integer),
        *columns,
        prefixes=["TEMPORARY"],
    )
    fields = {name: Field(kind, table.c[name]) for name, kind in KINDS.items()}
    made = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: connect(database, autocommit=False)
    )
    with made.connect() as connection, connection.begin():
        table.create(connection)
        yield Asked(connection, table, Source(table, fields))
    made.dispose()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(written=st.lists(PREDICATES, min_size=1, max_size=6), rows=ROWS)
def test_sql_and_python_agree_on_every_row(
    asked: Asked, written: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> None:
    predicates = [check(read(one), VOCABULARY) for one in written]
    decide = [truth(checked, MOMENTS) for checked in predicates]
    assert asked.answers(predicates, rows) == [[one(row) for one in decide] for row in rows]


def test_what_is_unknown_is_kept_neither_by_a_test_nor_by_its_negation(asked: Asked) -> None:
    rows = [dict.fromkeys(KINDS) | {"entity": entity} for entity in ("DOS", "DPO", None)]
    test = {"entity": {"eq": "DOS"}}
    for written, places in ((test, [0]), ({"not": test}, [1])):
        checked = check(read(written), VOCABULARY)
        holds = decision(checked)
        assert asked.kept(checked, rows) == places
        assert [place for place, row in enumerate(rows) if holds(row)] == places


def test_nothing_but_ascii_letters_becomes_small_in_a_language(asked: Asked) -> None:
    """In other collations U+0130 becomes two characters, and a Turkish I no ASCII letter."""
    equal = check(read({"language": {"eq": {"ref": "activity.language"}}}), VOCABULARY)
    pairs = [("IN-ID", "in"), ("\u0130", "i\u0307"), ("\u0130", "i"), ("\u00c9", "\u00e9")]
    rows = [
        dict.fromkeys(KINDS) | {"language": one, "activity.language": other} for one, other in pairs
    ]
    assert asked.kept(equal, rows) == [0]
    assert [decision(equal)(row) for row in rows] == [True, False, False, False]


def test_constants_are_parameters_and_no_part_of_the_sql(asked: Asked) -> None:
    hostile = "'; DROP TABLE subject; --"
    written = {"any": [{"entity": {"in": [hostile]}}, {"functions": {"has": hostile}}]}
    found = condition(check(read(written), VOCABULARY), asked.source)
    assert "DROP" not in str(found.compile(dialect=asked.connection.dialect))


def test_the_deepest_and_the_largest_predicate_run(asked: Asked) -> None:
    deep: dict[str, Any] = {"entity": {"eq": "DOS"}}
    for level in range(31):
        deep = {"not": deep} if level % 2 else {"all": [deep, {"hours": {"exists": True}}]}
    large = {"hours": {"in": list(range(9_997))}}
    row = dict.fromkeys(KINDS) | {"entity": "DOS", "hours": 10**9}
    predicates = [check(read(written), VOCABULARY) for written in (deep, large)]
    assert asked.answers(predicates, [row]) == [[truth(one)(row) for one in predicates]]
