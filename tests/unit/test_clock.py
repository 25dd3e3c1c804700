from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from lrs.clock import iso

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = [0, 1, -1, 999_999, 1_000_000, -62_135_596_800_000_000, 253_402_300_799_999_999]


@pytest.mark.parametrize("moment", MOMENTS + Random(1).sample(range(2 * 10**15), 20))
def test_a_time_is_written_to_the_microsecond(moment: int) -> None:
    written = iso(moment)
    assert len(written) == len("2026-11-23T09:00:00.000000Z")
    assert datetime.fromisoformat(written) == EPOCH + timedelta(microseconds=moment)
