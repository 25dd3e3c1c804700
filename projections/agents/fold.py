"""The names under which each agent has been seen, for the Person of the Agents resource.

A name counts wherever a statement names the agent: actor, object, instructor, team, the agents and
groups of its context, members of Groups, and the same in a SubStatement. A Person never joins two
identifiers: that both are one human being is for the register of people to say, not for the log.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from lrs.events.statements import StatementsStored
from lrs.xapi.agent import identity
from lrs.xapi.anatomy import Role, agents
from lrs.xapi.terms import Filter, term
from projections.agents.tables import NameRow, agent_name
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection, on


class Agents(Projection):
    """Each name of each agent, once."""

    name = "agents"
    version = 1
    tables = (agent_name,)

    @on(StatementsStored)
    def meet(self, entry: Entry[StatementsStored]) -> Iterator[Change]:
        """Yield each name of each agent, once for all statements of a request."""
        if not entry.event.defines:
            return
        first: dict[tuple[str, str], int] = {}
        for given in entry.statements():
            for named in _named(given.parsed):
                first.setdefault(named, given.seq)
        for (agent, name), seq in first.items():
            key, *texts = _key_and_texts(agent, name)
            yield Change(agent_name, NameRow(term(Filter.AGENT, agent), key, seq, *texts))


def _named(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield identity and name of each agent that a statement names; Groups are no persons."""
    for named in agents(statement):
        agent = named.value
        if agent.get("name") and agent.get("objectType") != "Group":
            key = identity(agent)
            if key is not None and named.role is not Role.AUTHORITY:
                yield key, agent["name"]


@lru_cache(maxsize=1 << 13)
def _key_and_texts(agent: str, name: str) -> tuple[int, str, str]:
    """Return the name's key and both texts; cached, as the same people come again and again."""
    texts = orjson.dumps(agent), orjson.dumps(name)
    digest = blake2b(b"\n".join(texts), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True), texts[0].decode(), texts[1].decode()
