"""A table names the class of its rows, with a field for each column; all rows are of it."""

from typing import get_args, get_type_hints

import pytest

from consumers.fold import stamp
from lrs.events.envelope import decode
from lrs.log.memory import MemoryLog
from projections.folding.position import START
from projections.folding.projection import Entry, Projection
from projections.folding.registry import discover
from tests.history import fill

KINDS = list(discover().values())


@pytest.fixture(params=KINDS, ids=[kind.name for kind in KINDS])
def kind(request: pytest.FixtureRequest) -> Projection:
    found: Projection = request.param
    return found


def test_the_rows_of_a_table_have_a_field_for_each_column(kind: Projection) -> None:
    for table in kind.tables:
        if table.info.get("derived"):
            continue  # no fold yields rows for the table
        row = table.info["row"]
        fields = [
            (name, type(None) in get_args(held)) for name, held in get_type_hints(row).items()
        ]
        assert fields == [(column.name, column.nullable) for column in table.columns]


def test_every_row_is_of_the_class_that_its_table_names(kind: Projection) -> None:
    log = MemoryLog()
    stamped, _ = stamp(log.reader(0).read(fill(log), 0.0), START)
    for record, stored in stamped:
        event = decode(record.headers, record.value, record.position)
        for change in kind.fold(Entry(record.position, stored, event)):
            assert type(change.row) is change.table.info["row"]
