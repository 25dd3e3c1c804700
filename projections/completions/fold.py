"""Who completed or passed what: one row per statement that says so, aggregated when read.

A statement counts when its verb is one of the published words for completing or passing, or when
its result says `completion: true`; never when its result denies it. A Group's statement counts for
the group, if it has an identity, and for each of its members.

Nothing is counted up. A voiding leaves a row that names its target, so it works in either order of
arrival, and `as of` a position is a filter over both tables.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lrs.clock import microseconds
from lrs.events.statements import StatementsStored
from lrs.xapi.agent import identity, members
from lrs.xapi.formats import parse_timestamp
from lrs.xapi.terms import Filter, term
from projections.completions.tables import (
    CompletionRow,
    VoidingRow,
    completion,
    completion_voiding,
)
from projections.folding.changes import Change, Upsert
from projections.folding.projection import Entry, PlacedStatement, Projection, on

COMPLETED: Final = frozenset(
    {
        "http://adlnet.gov/expapi/verbs/completed",
        "http://activitystrea.ms/schema/1.0/complete",
        "http://activitystrea.ms/complete",
        "https://w3id.org/xapi/adl/verbs/satisfied",
        "http://adlnet.gov/expapi/verbs/mastered",
    }
)
PASSED: Final = frozenset({"http://adlnet.gov/expapi/verbs/passed"})
VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"


class Completions(Projection):
    """Who completed or passed what, and what voids it."""

    name = "completions"
    version = 2
    tables = (completion, completion_voiding)
    keeps_history = True

    @on(StatementsStored)
    def gather(self, entry: Entry[StatementsStored]) -> Iterator[Change]:
        """Yield a row per agent for each statement that counts, and one per voiding."""
        for given in entry.statements():
            if given.parsed["verb"]["id"] == VOIDED:
                target = given.parsed["object"]["id"].lower()
                row = VoidingRow(target, given.seq, given.stored)
                yield Upsert(completion_voiding, row)
            elif _counts(given.parsed):
                yield from _rows(given, entry.event.timestamp)


def _counts(parsed: Mapping[str, Any]) -> bool:
    if parsed["object"].get("objectType", "Activity") != "Activity":
        return False
    result = parsed.get("result", {})
    if result.get("completion") is False:
        return False
    verb = parsed["verb"]["id"]
    if verb in PASSED:
        return result.get("success") is not False
    return verb in COMPLETED or result.get("completion") is True


def _rows(given: PlacedStatement, received: str) -> Iterator[Change]:
    parsed = given.parsed
    result = parsed.get("result", {})
    passed = parsed["verb"]["id"] in PASSED or result.get("success") is True
    scaled = result.get("score", {}).get("scaled")
    score = None if scaled is None else float(scaled)
    moment = microseconds(parse_timestamp(parsed.get("timestamp", received)))
    activity = parsed["object"]["id"]
    for agent, group in sorted(_agents(parsed["actor"]).items()):
        row = CompletionRow(
            seq=given.seq,
            agent_k=term(Filter.AGENT, agent),
            activity_k=term(Filter.ACTIVITY, activity),
            agent=agent.encode(),
            activity=activity.encode(),
            id=given.id,
            passed=passed,
            score=score,
            timestamp=moment,
            stored=given.stored,
            group=group,
        )
        yield Upsert(completion, row)


def _agents(actor: Mapping[str, Any]) -> dict[str, bool]:
    """Return the identities of an actor and of its members, and whether each is a Group's."""
    known = {identity(member): False for member in members(actor)}
    known[identity(actor)] = actor.get("objectType") == "Group"
    return {agent: group for agent, group in known.items() if agent is not None}
