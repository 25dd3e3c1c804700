"""The rectangles that SQL derives are those of the plain reference, for any history of entries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.events.principal import SHELL
from lrs.events.registers import EntriesRecorded, RegisterEntry
from lrs.registers.form.days import EVER, FOR_GOOD, write_day
from lrs.registers.form.discovery import register
from lrs.registers.judgement.rectangles import STILL, Rectangle, at, recorded, rectangles
from lrs.storage.database import BY_KEY, connect
from lrs.xapi.agent import identity
from projections.folding.changes import write
from projections.folding.projection import Entry
from projections.registers.fold import Registers
from tests.databases import PostgresqlServer
from tests.entries import IDENTITIES, IRIS, PERSONS

KIND = Registers()
PEOPLE = register("people")
DAYS = range(20_000, 20_006)
KEYS = [f"p{number}" for number in range(12)]

Placed = tuple[int, EntriesRecorded]

days = st.sampled_from(DAYS).map(write_day)
since = st.none() | days


def entries(keys: Sequence[Any], attributes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return entries of all kinds about these keys."""
    key = st.sampled_from(keys)
    return st.one_of(
        st.builds(RegisterEntry, key, since, attributes),
        st.builds(lambda key, day: RegisterEntry(key, day, retract=True), key, since),
        st.builds(lambda key, day: RegisterEntry(key, end=day), key, days),
        st.builds(lambda key, day: RegisterEntry(key, end=day, retract=True), key, days),
    )


person = st.fixed_dictionaries(
    {"kind": st.sampled_from(["staff", "external"]), "entity": st.sampled_from(["A", 'B"\\{,}'])},
    optional={
        "functions": st.lists(st.sampled_from(["fro", "s;r,{o}", '"']), unique=True),
        "entered_on_duty": days,
    },
)


@st.composite
def histories(draw: st.DrawFn, /, **contents: st.SearchStrategy[Any]) -> list[Placed]:
    """Return parts of imports at positions, some imports interleaved, some parts twice or never."""
    parts: list[EntriesRecorded] = []
    for number in range(draw(st.integers(1, 8))):
        name = draw(st.sampled_from(sorted(contents)))
        of = draw(st.sampled_from([1, 1, 1, 2, 3]))
        for part in range(1, of + 1):
            held = tuple(draw(st.lists(contents[name], min_size=1, max_size=8)))
            made = EntriesRecorded(name, held, SHELL, f"i{number}", part=part, of=of)
            parts += [made] * draw(st.sampled_from([1, 1, 1, 1, 2, 0]))
    order = draw(st.permutations(range(len(parts)))) if draw(st.booleans()) else range(len(parts))
    return [(3 * place, parts[index]) for place, index in enumerate(order)]


@pytest.fixture(scope="module")
def connection(postgresql: PostgresqlServer) -> Iterator[psycopg.Connection]:
    with connect(postgresql.fresh(), options=BY_KEY) as opened:
        yield opened


def fold(connection: psycopg.Connection, history: Sequence[Placed]) -> None:
    """Fold events in this order, each in a transaction."""
    for position, event in history:
        changes = list(KIND.fold(Entry(position, 0, event)))
        with connection.transaction():
            write(connection, changes)
            KIND.settle(connection, changes)


def empty(connection: psycopg.Connection) -> None:
    names = ", ".join(table.name for table in KIND.tables)
    connection.execute(f"TRUNCATE {names}")


def derived(connection: psycopg.Connection) -> list[Rectangle]:
    """Return the rectangles of people, by key and in the order of the reference."""
    names = ", ".join(PEOPLE.fields)
    found = connection.execute(
        f"SELECT key, valid_from, valid_until, known_from, known_until, position, {names} "
        "FROM register_people ORDER BY key, known_from, valid_from"
    )
    return [Rectangle(*row[:6], known_fields(row[6:])) for row in found.fetchall()]  # type: ignore[call-arg]  # six columns


def known_fields(values: Sequence[Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in zip(PEOPLE.fields, values, strict=True)
        if value is not None
    }


def expected(name: str, history: Sequence[Placed]) -> Mapping[str, list[Rectangle]]:
    """Return the rectangles of the reference by key."""
    by_key = defaultdict(list)
    for one in recorded(register(name), history):
        by_key[one.entry.key].append(one)
    return {key: rectangles(by_key[key]) for key in sorted(by_key)}


@settings(deadline=None, max_examples=50)
@given(histories(people=entries(KEYS, person)), st.randoms(use_true_random=False))
def test_rectangles_are_those_of_the_reference(
    connection: psycopg.Connection, history: list[Placed], chance: Any
) -> None:
    reference = [one for found in expected("people", history).values() for one in found]
    empty(connection)
    fold(connection, history)
    assert derived(connection) == reference
    empty(connection)
    shuffled = list(history)
    chance.shuffle(shuffled)
    fold(connection, shuffled)
    assert derived(connection) == reference


link = st.fixed_dictionaries({"person": st.sampled_from(PERSONS)})
merges = st.one_of(
    *(
        entries([key], st.fixed_dictionaries({"person": st.sampled_from(PERSONS[:place])}))
        for place, key in enumerate(PERSONS)
        if place
    )
)
activity = st.fixed_dictionaries(
    {
        "title": st.just({"en": "Fraud"}),
        "ids": st.lists(st.sampled_from(IRIS), unique=True, min_size=1),
    }
)
AGENTS = [str(identity(one)) for one in IDENTITIES]
POINTS = [
    (day, position)
    for day in (EVER, *DAYS, FOR_GOOD - 1)
    for position in (-1, 0, 3, 7, 12, 30, 60, STILL - 1)
]


Found = Mapping[str, list[Rectangle]]


def person_of(links: Found, merged: Found, agent: str, point: tuple[int, int]) -> str | None:
    """Return whose an identity is: its link, and then every merge that holds there."""
    link = at(links.get(agent, []), *point)
    if link is None:
        return None
    person = str(link["person"])
    while (found := at(merged.get(person, []), *point)) is not None:
        person = found["person"]
    return person


def catalogue_id_of(activities: Found, iri: str, point: tuple[int, int]) -> str | None:
    """Return the activity that has an IRI: of several the one that was entered last."""
    day, position = point
    claims = [
        (-one.position, key)
        for key, found in activities.items()
        for one in found
        if one.valid_from <= day < one.valid_until
        and one.known_from <= position < one.known_until
        and iri in one.attributes["ids"]
    ]
    return min(claims)[1] if claims else None


def mapped(connection: psycopg.Connection, table: str) -> dict[tuple[str, int, int], str]:
    """Return what a map says at each point, where it says anything."""
    subject, meant = {"identity_person": ("identity", "person"),
                      "activity_catalogue": ("activity", "catalogue_id")}[table]  # fmt: skip
    found: dict[tuple[str, int, int], str] = {}
    for day, position in POINTS:
        rows = connection.execute(
            f"SELECT {subject}, {meant} FROM {table} WHERE valid_from <= %(day)s "
            "AND %(day)s < valid_until AND known_from <= %(at)s AND %(at)s < known_until",
            {"day": day, "at": position},
        ).fetchall()
        assert len({name for name, _ in rows}) == len(rows), "one row for a day and a position"
        found |= {(name, day, position): value for name, value in rows}
    return found


@settings(deadline=None, max_examples=50)
@given(
    histories(
        identities=entries(IDENTITIES, link), merges=merges,
        activities=entries(["fraud", "ethics", "safety"], activity),
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_maps_say_whose_an_identity_is_and_what_an_iri_names(
    connection: psycopg.Connection, history: list[Placed], chance: Any
) -> None:
    links, merged = expected("identities", history), expected("merges", history)
    activities = expected("activities", history)
    persons = {
        (one, *point): person
        for one in AGENTS
        for point in POINTS
        if (person := person_of(links, merged, one, point)) is not None
    }
    named = {
        (iri, *point): key
        for iri in IRIS
        for point in POINTS
        if (key := catalogue_id_of(activities, iri, point)) is not None
    }
    for order in (history, chance.sample(history, len(history))):
        empty(connection)
        fold(connection, order)
        assert mapped(connection, "identity_person") == persons
        assert mapped(connection, "activity_catalogue") == named
