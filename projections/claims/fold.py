"""Which statement ids are on the log, and what for: the memory of admission, rebuilt from the log.

Admission writes claims too, before it appends; the fold confirms them with their position. Either
may come first, so the rows are merged: the lowest position is kept.
"""

from collections.abc import Iterator

from lrs.events.statements import StatementsStored
from lrs.log.claims import ClaimRow, claim
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection, on


class Claims(Projection):
    """Statement id -> digest and position of the first record that holds it."""

    name = "claims"
    version = 1
    tables = (claim,)
    in_place = True

    @on(StatementsStored)
    def confirm(self, entry: Entry[StatementsStored]) -> Iterator[Change]:
        """Confirm the claim of every statement."""
        for given in entry.statements():
            row = ClaimRow(given.id, bytes.fromhex(given.digest), entry.position, None)
            yield Change(claim, row)
