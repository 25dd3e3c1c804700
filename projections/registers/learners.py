"""Reads of the two maps: which person an identity is, and which activity of the catalogue an IRI.

Read models of statements keep identities and IRIs; whoever asks them joins the maps, as of the day
of each event and as known at one position. So a link that is entered or corrected counts at once.
"""

from dataclasses import dataclass
from typing import Final

from lrs.storage.database import Pool, fetch
from lrs.xapi.terms import Filter, term
from projections.registers.reads import Point

_PERSON: Final = """
SELECT person FROM identity_person WHERE identity_k = %(k)s AND identity = %(text)s
    AND valid_from <= %(day)s AND %(day)s < valid_until
    AND known_from <= %(known)s AND %(known)s < known_until
"""

_CATALOGUE_ID: Final = """
SELECT catalogue_id FROM activity_catalogue WHERE activity_k = %(k)s AND activity = %(text)s
    AND valid_from <= %(day)s AND %(day)s < valid_until
    AND known_from <= %(known)s AND %(known)s < known_until
"""

# Which identities are a person on a day.
_IDENTITIES: Final = """
SELECT identity FROM identity_person WHERE person = %(person)s
    AND valid_from <= %(day)s AND %(day)s < valid_until
    AND known_from <= %(known)s AND %(known)s < known_until
ORDER BY identity
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """SQL expressions, of the caller's own tables, that say what is looked up in a map.

    `k` is the hash and `text` the identifier itself, so that no collision can join what is not the
    same; `day` is the day of the event, `known` the position as known at which is asked.
    """

    k: str
    text: str
    day: str
    known: str


def join_person(alias: str, subject: Subject) -> str:
    """Return SQL that joins `alias.person`: null where no register knows the identity."""
    return _join("identity_person", alias, f"{alias}.identity_k", f"{alias}.identity", subject)


def join_catalogue(alias: str, subject: Subject) -> str:
    """Return SQL that joins `alias.catalogue_id`: null where the catalogue has no such IRI."""
    return _join("activity_catalogue", alias, f"{alias}.activity_k", f"{alias}.activity", subject)


def _join(table: str, alias: str, k: str, text: str, subject: Subject) -> str:
    return (
        f" LEFT JOIN {table} {alias} ON {k} = {subject.k} AND {text} = {subject.text}"
        f" AND {alias}.valid_from <= {subject.day} AND {subject.day} < {alias}.valid_until"
        f" AND {alias}.known_from <= {subject.known} AND {subject.known} < {alias}.known_until"
    )


def person_of(source: Pool, identity: str, point: Point) -> str | None:
    """Return whose an identity (`lrs.xapi.agent`) is on a day, as known at a position."""
    return _one(source, _PERSON, (Filter.AGENT, identity), point)


def catalogue_id_of(source: Pool, iri: str, point: Point) -> str | None:
    """Return which activity of the catalogue an IRI names on a day, as known at a position."""
    return _one(source, _CATALOGUE_ID, (Filter.ACTIVITY, iri), point)


def identities_of(source: Pool, person: str, point: Point) -> list[str]:
    """Return the identities that are a person on a day, as known at a position."""
    rows = fetch(source, _IDENTITIES, {"person": person, **point._asdict()})
    return [identity for (identity,) in rows]


def _one(source: Pool, select: str, asked: tuple[Filter, str], point: Point) -> str | None:
    values = {"k": term(*asked), "text": asked[1], **point._asdict()}
    found = fetch(source, select, values)
    return str(found[0][0]) if found else None
