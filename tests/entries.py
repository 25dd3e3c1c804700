"""Entries of registers by chance: corrections, retractions, ends, merges, imports of many parts."""

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Final

from lrs.events.principal import credential
from lrs.events.registers import EntriesRecorded, RegisterEntry
from lrs.registers.form.days import write_day

DAYS: Final = range(20_000, 20_008)
PERSONS: Final = ("p1", "p2", "p3", "p4")
IDENTITIES: Final = (
    {"mbox": "mailto:amal@example.org"},
    {"account": {"homePage": "https://lms.example.org", "name": "4711"}},
)
IRIS: Final = ("https://lms.example.org/course/17", "https://cmi5.example.org/fraud")
SENDER: Final = credential("hr")


def _person(chance: Random, _key: str) -> Mapping[str, Any]:
    return {
        "kind": chance.choice(("staff", "external")),
        "entity": chance.choice(("DOS", 'D"E,{}\\')),
        "duty_station": chance.choice(("NBO", "GVA")),
        "functions": chance.choice(([], ["fro", "s;r{o}"])),
        "entered_on_duty": write_day(chance.choice(DAYS)),
    }


def _merge(chance: Random, key: str) -> Mapping[str, Any]:
    """Return a merge into an earlier person: no circle comes of it."""
    return {"person": chance.choice(PERSONS[: PERSONS.index(key)])}


def _activity(chance: Random, key: str) -> Mapping[str, Any]:
    ids = chance.sample(IRIS, chance.choice((1, 2)))
    return {"title": {"en": key}, "ids": ids, "hours": chance.choice((1, 2.5))}


def _entity(chance: Random, key: str) -> Mapping[str, Any]:
    return {"title": {"fr": key}, "group": chance.choice(("A", "B"))}


def _station(chance: Random, key: str) -> Mapping[str, Any]:
    kind = chance.choice(("mission", "field"))
    return {"title": {"en": key}, "location_type": kind, "region": "Africa"}


def _group(chance: Random, key: str) -> Mapping[str, Any]:
    return {"title": key, "rule": {"kind": {"eq": chance.choice(("staff", "external"))}}}


def _delivery(chance: Random, _key: str) -> Mapping[str, Any]:
    return {"activity": "fraud", "participants": chance.randint(1, 3), "cost": 0.125}


def _titled(chance: Random, key: str) -> Mapping[str, Any]:
    return {"title": f"{key} {chance.randint(1, 3)}"}


def _item(chance: Random, key: Mapping[str, str]) -> Mapping[str, Any]:
    return {"title": {chance.choice(("en", "fr")): key["code"]}}


def _link(chance: Random, _key: object) -> Mapping[str, Any]:
    return {"person": chance.choice(PERSONS)}


Make = Callable[[Random, Any], Mapping[str, Any]]

REGISTERS: Final[Mapping[str, tuple[tuple[Any, ...], Make]]] = {
    "people": (PERSONS, _person),
    "identities": (IDENTITIES, _link),
    "merges": (PERSONS[1:], _merge),
    "activities": (("fraud", "ethics", "safety"), _activity),
    "deliveries": (("d1",), _delivery),
    "sources": (("lms", "hr"), _titled),
    "lists": (({"list": "categories", "code": "professional"},), _item),
    "entities": (("DOS",), _entity),
    "duty-stations": (("NBO", "GVA"), _station),
    "target-groups": (("G1", "G2"), _group),
}
"""Of each register the keys, and what makes the attributes of an entry."""


def entry(chance: Random, name: str) -> RegisterEntry:
    """Return an entry: a state most of the time, else an end or what takes back either."""
    keys, make = REGISTERS[name]
    key, day = chance.choice(keys), write_day(chance.choice(DAYS))
    since = chance.choice((None, day))
    match chance.randrange(6):
        case 0:
            return RegisterEntry(key, end=day)
        case 1:
            return RegisterEntry(key, end=day, retract=True)
        case 2:
            return RegisterEntry(key, since, retract=True)
        case _:
            return RegisterEntry(key, since, attributes=dict(make(chance, key)))


def imports(chance: Random, count: int) -> Iterator[EntriesRecorded]:
    """Yield a state for every register, then the parts of imports in any order.

    Some of the parts come twice, some never.
    """
    for name, (keys, make) in REGISTERS.items():
        first = RegisterEntry(keys[0], attributes=dict(make(chance, keys[0])))
        yield EntriesRecorded(name, (first,), SENDER, f"first of {name}")
    parts = []
    for number in range(count):
        name, of = chance.choice(list(REGISTERS)), chance.choice((1, 1, 2, 3))
        for part in range(1, of + 1):
            entries = tuple(entry(chance, name) for _ in range(chance.randint(1, 3)))
            made = EntriesRecorded(name, entries, SENDER, f"i{number}", part=part, of=of)
            parts += [made] * chance.choice((0, 1, 1, 1, 1, 1, 1, 1, 1, 2))
    near = [(place + chance.randint(0, 4), place) for place in range(len(parts))]
    for _, place in sorted(near):
        yield parts[place]
