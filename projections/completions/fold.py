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
from projections.completions.tables import completion, completion_voiding
from projections.folding.changes import Change, Upsert
from projections.folding.projection import Entry, Projection, on

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
    def gather(self, entry: Entry) -> Iterator[Change]:
        """Yield a row per agent for each statement that counts, and one per voiding."""
        event = entry.event
        assert isinstance(event, StatementsStored)
        for place, (accepted, parsed) in enumerate(
            zip(event.statements, entry.parsed, strict=True)
        ):
            at = (entry.seq(place), entry.stored + place)
            if parsed["verb"]["id"] == VOIDED:
                yield Upsert(completion_voiding, (parsed["object"]["id"].lower(), *at))
            elif _counts(parsed):
                yield from _rows(parsed, accepted.id, at, event.timestamp)


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


def _rows(
    parsed: Mapping[str, Any], key: str, at: tuple[int, int], received: str
) -> Iterator[Change]:
    result = parsed.get("result", {})
    passed = parsed["verb"]["id"] in PASSED or result.get("success") is True
    scaled = result.get("score", {}).get("scaled")
    score = None if scaled is None else float(scaled)
    moment = microseconds(parse_timestamp(parsed.get("timestamp", received)))
    seq, stored = at
    for agent, group in sorted(_agents(parsed["actor"]).items()):
        activity = parsed["object"]["id"]
        keys = (term(Filter.AGENT, agent), term(Filter.ACTIVITY, activity))
        row = (
            seq,
            *keys,
            agent.encode(),
            activity.encode(),
            key,
            passed,
            score,
            moment,
            stored,
            group,
        )
        yield Upsert(completion, row)


def _agents(actor: Mapping[str, Any]) -> dict[str, bool]:
    """Return the identities of an actor and of its members, and whether each is a Group's."""
    known = {identity(member): False for member in members(actor)}
    known[identity(actor)] = actor.get("objectType") == "Group"
    return {agent: group for agent, group in known.items() if agent is not None}
