"""What the benchmarks send."""

from bench.generator import fresh_ids
from bench.workload import Workload


def test_a_record_is_the_same_whenever_it_is_drawn() -> None:
    assert Workload(1000).record(3, 20) == Workload(1000).record(3, 20)
    assert Workload(1000).record(3, 20)[0][0] == Workload(1000).id(60)


def test_fresh_ids_are_distinct_uuids() -> None:
    ids = fresh_ids(1000)
    assert len(set(ids)) == 1000
    assert all(len(key) == 36 and key[14] == "4" for key in ids)
