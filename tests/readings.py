"""How each read model is read that keeps its history: everything it answers up to a position.

A read model that sets `keeps_history` joins the contract suite with an entry here.
"""

from collections.abc import Callable, Mapping
from typing import Final

from lrs.storage.database import Pool, fetch
from projections.administration import reads as administration
from projections.completions import reads as completions
from projections.completions.reads import Asked

Reading = Callable[[Pool, int], object]
"""Answers from a database, up to a position (exclusive)."""


def _administration(source: Pool, before: int) -> object:
    return administration.page(source, administration.Asked(before=before, limit=10_000))


def _completions(source: Pool, before: int) -> object:
    return completions.page(source, Asked(before=before, limit=10_000))


def _moments(source: Pool, before: int) -> object:
    return fetch(source, "SELECT * FROM moment WHERE position < %s ORDER BY position", (before,))


READINGS: Final[Mapping[str, Reading]] = {
    "administration": _administration,
    "completions": _completions,
    "moments": _moments,
}
