"""Who achieved what: one row per statement that says so or denies it, aggregated when read.

What a statement achieves is decided by `lrs.xapi.achievement`. A Group's statement counts for the
group, if it has an identity, and for each of its members.

Nothing is counted up. A voiding leaves a row that names its target, so it works in either order of
arrival, and `as of` a position is a filter over both tables.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from lrs.clock import microseconds
from lrs.events.statements import StatementsStored
from lrs.xapi.achievement import Achievement, achievement
from lrs.xapi.agent import identity, members
from lrs.xapi.formats import parse_timestamp
from lrs.xapi.terms import Filter, term
from projections.completions.tables import (
    CompletionRow,
    VoidingRow,
    completion,
    completion_voiding,
)
from projections.folding.changes import Change
from projections.folding.projection import Entry, PlacedStatement, Projection, on

VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"


class Completions(Projection):
    """What each agent achieved or was denied in each activity, and what voids it."""

    name = "completions"
    version = 3
    tables = (completion, completion_voiding)
    keeps_history = True

    @on(StatementsStored)
    def gather(self, entry: Entry[StatementsStored]) -> Iterator[Change]:
        """Yield a row per agent for each statement that achieves or denies, one per voiding."""
        for given in entry.statements():
            if given.parsed["verb"]["id"] == VOIDED:
                target = given.parsed["object"]["id"].lower()
                row = VoidingRow(target, given.seq, given.stored)
                yield Change(completion_voiding, row)
            elif (found := achievement(given.parsed)) is not None:
                yield from _rows(given, found, entry.event.timestamp)


def _rows(given: PlacedStatement, found: Achievement, received: str) -> Iterator[Change]:
    parsed = given.parsed
    activity = parsed["object"]["id"]
    activity_k = term(Filter.ACTIVITY, activity)
    moment = microseconds(parse_timestamp(parsed.get("timestamp", received)))
    name = parsed["object"].get("definition", {}).get("name")
    for agent, who in sorted(_agents(parsed["actor"]).items()):
        row = CompletionRow(
            seq=given.seq,
            agent_k=term(Filter.AGENT, agent),
            activity_k=activity_k,
            agent=agent.encode(),
            activity=activity.encode(),
            id=given.id,
            score=found.score,
            timestamp=moment,
            stored=given.stored,
            group=who.get("objectType") == "Group",
            outcome=found.outcome.value,
            question=found.question,
            activity_type=found.activity_type.encode() if found.activity_type else None,
            actor_name=who["name"].encode() if who.get("name") else None,
            activity_name=orjson.dumps(name) if name else None,
        )
        yield Change(completion, row)


def _agents(actor: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return an actor and its members by their identities."""
    known = {identity(member): member for member in members(actor)}
    known[identity(actor)] = actor
    return {key: who for key, who in known.items() if key is not None}
