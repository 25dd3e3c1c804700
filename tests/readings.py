"""How each read model is read that keeps its history: everything it answers up to a position.

A read model that sets `keeps_history` joins the contract suite with an entry here.
"""

from collections.abc import Callable, Mapping
from typing import Final

from lrs.registers.form.discovery import discover
from lrs.storage.database import Pool, fetch
from lrs.xapi.agent import identity
from projections.administration import reads as administration
from projections.completions import reads as completions
from projections.completions.reads import CompletionsQuery
from projections.registers import learners
from projections.registers import reads as registers
from tests.entries import DAYS, IDENTITIES, IRIS, REGISTERS

Reading = Callable[[Pool, int], object]
"""Answers from a database, up to a position (exclusive)."""


def _administration(source: Pool, before: int) -> object:
    return administration.page(source, administration.DeedsQuery(before=before, limit=10_000))


def _completions(source: Pool, before: int) -> object:
    return completions.page(source, CompletionsQuery(before=before, limit=10_000))


def _moments(source: Pool, before: int) -> object:
    return fetch(source, "SELECT * FROM moment WHERE position < %s ORDER BY position", (before,))


def _registers(source: Pool, before: int) -> object:
    """Return entries that hold, what every subject was on a day, and the two maps."""
    known = before - 1
    kinds = [discover()[name] for name in REGISTERS]
    point = registers.Point(DAYS[4], known)
    return (
        list(registers.entries(source, discover()["people"], None, known)),
        [list(registers.subjects(source, kind, point)) for kind in kinds],
        [learners.person_of(source, str(identity(one)), point) for one in IDENTITIES],
        [learners.catalogue_id_of(source, iri, point) for iri in IRIS],
    )


READINGS: Final[Mapping[str, Reading]] = {
    "administration": _administration,
    "completions": _completions,
    "moments": _moments,
    "registers": _registers,
}
