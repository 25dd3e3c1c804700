"""Every filter of the Statement resource, by a common and a rare value, as request and as SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson
import psycopg

from bench.workload import PLACE, Workload
from lrs import clock
from lrs.xapi.terms import Filter, term
from projections.statements.reads import Query

PARAMETERS: Mapping[Filter, str] = {
    Filter.VERB: "verb",
    Filter.ACTIVITY: "activity",
    Filter.RELATED_ACTIVITY: "activity",
    Filter.REGISTRATION: "registration",
}


@dataclass(frozen=True)
class Case:
    """One query: its name, its own form, and the parameters that ask for it over HTTP."""

    name: str
    query: Query
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def terms(self) -> list[int]:
        """The terms that a statement must have."""
        return [term(kind, identifier) for kind, identifier in self.query.wanted]


def cases(workload: Workload, connection: psycopg.Connection) -> list[Case]:
    """Return the queries; times are those of the filled store."""
    person = [f"mbox:mailto:person-{rank}@example.org" for rank in (0, len(workload.people) // 2)]
    teacher = "mbox:mailto:instructor-{}@example.org"
    category = f"{PLACE}/category"
    one = {
        "agent, common": (Filter.AGENT, person[0]),
        "agent, rare": (Filter.AGENT, person[1]),
        "verb, 35 %": (Filter.VERB, f"{PLACE}/verb/experienced"),
        "verb, 0.1 %": (Filter.VERB, f"{PLACE}/verb/abandoned"),
        "activity, common": (Filter.ACTIVITY, f"{PLACE}/item/0"),
        "activity, rare": (Filter.ACTIVITY, f"{PLACE}/item/15000"),
        "related activity, 70 %": (Filter.RELATED_ACTIVITY, f"{PLACE}/program/main"),
        "related activity, 14 %": (Filter.RELATED_ACTIVITY, f"{category}/video"),
        "related activity, 3 %": (Filter.RELATED_ACTIVITY, f"{category}/package"),
        "related activity, 1 %, oldest tenth": (Filter.RELATED_ACTIVITY, f"{category}/pilot"),
        "related activity, 0.05 %": (Filter.RELATED_ACTIVITY, f"{category}/special"),
        "related agent, common": (Filter.RELATED_AGENT, teacher.format(1)),
        "related agent, rare": (Filter.RELATED_AGENT, teacher.format(137)),
        "registration": (Filter.REGISTRATION, workload.registration(workload.total // 20)),
    }
    found = [_case(name, Query(wanted=(wanted,))) for name, wanted in one.items()]
    pairs = {
        "agent + verb": ("agent, common", "verb, 35 %"),
        "related 70 % + verb 0.1 %": ("related activity, 70 %", "verb, 0.1 %"),
        "related 14 % + agent": ("agent, common", "related activity, 14 %"),
    }
    for name, (first, second) in pairs.items():
        found.append(_case(name, Query(wanted=(one[first], one[second]))))
    return found + _timed(connection, one["related activity, 3 %"])


def _timed(connection: psycopg.Connection, wanted: tuple[Filter, str]) -> list[Case]:
    row = connection.execute("SELECT min(stored), max(stored) FROM statement").fetchone()
    newest = connection.execute(
        "SELECT stored FROM statement ORDER BY stored DESC OFFSET 50 LIMIT 1"
    ).fetchone()
    assert row is not None
    assert newest is not None
    tenth, middle = (row[0] + (row[1] - row[0]) * share // 10 for share in (4, 5))
    return [
        _case("no filter", Query()),
        _case("since the newest 50", Query(since=newest[0])),
        _case("until the middle", Query(until=middle)),
        _case("related 3 % + a tenth of time", Query(wanted=(wanted,), since=tenth, until=middle)),
    ]


def variants(case: Case) -> list[Case]:
    """Return a query in both orders, by 100 and by 10."""
    return [
        _case(f"{case.name}{note}", replace(case.query, ascending=ascending, limit=limit))
        for note, ascending, limit in (
            ("", False, 100),
            (", ascending", True, 100),
            (", limit 10", False, 10),
        )
    ]


def _case(name: str, query: Query) -> Case:
    asked = {"limit": str(query.limit), "ascending": str(query.ascending).lower()}
    for kind, identifier in query.wanted:
        if kind in {Filter.AGENT, Filter.RELATED_AGENT}:
            asked["agent"] = orjson.dumps({"mbox": identifier.removeprefix("mbox:")}).decode()
            asked["related_agents"] = str(kind is Filter.RELATED_AGENT).lower()
        else:
            asked[PARAMETERS[kind]] = identifier
            if kind is Filter.RELATED_ACTIVITY:
                asked["related_activities"] = "true"
    for name_of, moment in (("since", query.since), ("until", query.until)):
        if moment is not None:
            asked[name_of] = clock.iso(moment)
    return Case(name, query, asked)
