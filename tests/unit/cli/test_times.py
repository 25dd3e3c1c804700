"""Durations and ends as they are written on the command line."""

import click
import pytest

from lrs import clock
from lrs.cli.times import Duration, End

DAY = 24 * 3600 * 1_000_000


@pytest.mark.parametrize(
    ("written", "length"),
    [("P7D", 7 * DAY), ("P2W", 14 * DAY), ("PT12H", DAY // 2), ("P1DT1H30M", DAY + DAY // 16)],
)
def test_a_duration_is_read(written: str, length: int) -> None:
    assert Duration().convert(written, None, None) == length


@pytest.mark.parametrize("written", ["", "P", "7D", "P0D", "PT", "P-1D", "P1Y", "P1D2H", "P1.5D"])
def test_what_is_no_duration_is_refused(written: str) -> None:
    with pytest.raises(click.BadParameter, match="P7D"):
        Duration().convert(written, None, None)


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("2027-03-31", "2027-04-01T00:00:00.000000Z"),
        ("2027-03-31T12:00", "2027-03-31T12:00:00.000000Z"),
        ("2027-03-31T12:00:00+02:00", "2027-03-31T10:00:00.000000Z"),
    ],
)
def test_a_day_counts_whole_and_a_time_without_a_zone_is_utc(written: str, end: str) -> None:
    assert clock.iso(End().convert(written, None, None)) == end


@pytest.mark.parametrize("written", ["", "31.3.2027", "2027-02-30", "9999-12-31", "tomorrow"])
def test_what_is_no_end_is_refused(written: str) -> None:
    with pytest.raises(click.BadParameter, match="2027-03-31"):
        End().convert(written, None, None)
