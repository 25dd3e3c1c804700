"""The names of an agent."""

from collections.abc import Sequence
from typing import Final

import orjson

from lrs.storage.database import Pool, fetch
from lrs.xapi.terms import Filter, term

_SELECT: Final = "SELECT agent, name FROM agent_name WHERE agent_k = %s ORDER BY seq, name_k"


def names(source: Pool, agent: str) -> Sequence[str]:
    """Return the names of the agent with this identity, in the order of their first use."""
    rows = fetch(source, _SELECT, (term(Filter.AGENT, agent),))
    return [orjson.loads(name) for known, name in rows if orjson.loads(known) == agent]
