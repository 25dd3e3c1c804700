"""Many writers of one document at the same moment: one wins at a time, no update is lost."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.documents import RESOURCES, Place
from tests.product import Product

WRITERS = 100
COUNTING = 30

Act = Callable[[Place, int], None]


def crowd(server: Product, resource: str, writers: int, act: Act) -> Place:
    """Let writers act on one document at the same moment, each with a number of its own."""
    place = Place(server.client("2.0.0"), resource)
    start = threading.Barrier(writers)

    def enter(number: int) -> None:
        with server.client("2.0.0") as client:
            own = Place(client, resource)
            own.params = place.params
            start.wait(60)
            act(own, number)

    with ThreadPoolExecutor(writers) as pool:
        for _ in pool.map(enter, range(writers)):
            pass
    return place


@pytest.mark.parametrize("resource", RESOURCES)
def test_of_a_hundred_writers_with_if_match_one_succeeds_each_round(
    server: Product, resource: str
) -> None:
    together, outcomes = threading.Barrier(WRITERS), [list[int](), list[int](), list[int]()]

    def act(place: Place, number: int) -> None:
        for turn, statuses in enumerate(outcomes):
            tag = place.send("GET").headers.get("ETag")
            header = {"If_Match": tag} if tag else {"If_None_Match": "*"}
            together.wait(60)
            sent = place.send("PUT", f"{turn} {number}".encode(), **header)
            statuses.append(sent.status_code)
            if sent.status_code == 204:
                assert place.send("GET").content == f"{turn} {number}".encode()
            together.wait(60)

    crowd(server, resource, WRITERS, act)
    for statuses in outcomes:
        assert sorted(statuses) == [204, *[412] * (WRITERS - 1)]


def test_writers_that_count_under_if_match_lose_no_update(server: Product) -> None:
    def act(place: Place, number: int) -> None:
        status = 412
        while status == 412:
            got = place.send("GET")
            header = {"If_Match": got.headers["ETag"]} if got.ok else {"If_None_Match": "*"}
            names = [*(got.json() if got.ok else []), number]
            status = place.send("PUT", json.dumps(names).encode(), **header).status_code
        assert status == 204

    place = crowd(server, "agents/profile", COUNTING, act)
    assert sorted(place.send("GET").json()) == list(range(COUNTING))


def test_a_hundred_merges_without_precondition_all_take_effect(server: Product) -> None:
    def act(place: Place, number: int) -> None:
        content = json.dumps({str(number): number}).encode()
        assert place.send("POST", content, Content_Type="application/json").status_code == 204

    place = crowd(server, "activities/state", WRITERS, act)
    assert place.send("GET").json() == {str(number): number for number in range(WRITERS)}
