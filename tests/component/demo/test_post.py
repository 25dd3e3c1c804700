"""Posting: batches per platform, patience with a store that is busy, a record of refusals."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lrs.demo.post import post
from lrs.demo.story import JSON
from lrs.errors import HaltError, UnavailableError

KEY, SECRET = "müller", "日本-long-secret"


@dataclass
class Store:
    """A server that gives prepared answers (status, headers, body); afterwards always 200."""

    endpoint: str = ""
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    requests: list[tuple[dict[str, str], list[JSON]]] = field(default_factory=list)


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            store.requests.append(({"path": self.path, **dict(self.headers)}, sent))
            body = json.dumps([each["id"] for each in sent])
            status, headers, body = store.answers.pop(0) if store.answers else (200, {}, body)
            if status == 0:  # the connection is lost before an answer
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.endpoint = f"http://127.0.0.1:{server.server_port}/xapi"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield store
    server.shutdown()
    thread.join()
    server.server_close()


def unseen(_done: int, _total: int | None) -> None:
    """Ignore the progress."""


def pairs(*platforms: str) -> Iterator[tuple[str, JSON]]:
    return ((platform, {"id": f"{number}"}) for number, platform in enumerate(platforms))


def test_each_platform_posts_its_own_batches_in_its_order(store: Store) -> None:
    told = pairs("a", "b", "a", "a", "b", "a", "a")
    summary = post(store.endpoint, (KEY, SECRET), told, batch=2, advance=unseen)
    sent = [[each["id"] for each in group] for _, group in store.requests]
    assert sent == [["0", "2"], ["1", "4"], ["3", "5"], ["6"]]
    assert (summary.posted, summary.batches, summary.refused) == (7, 4, [])


def test_requests_carry_version_and_credential_in_utf_8(store: Store) -> None:
    post(store.endpoint + "/", (KEY, SECRET), pairs("a"), batch=2, advance=unseen)
    headers, _ = store.requests[0]
    assert headers["path"] == "/xapi/statements"
    assert headers["X-Experience-API-Version"] == "1.0.3"
    scheme, _, code = headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(code).decode()) == ("Basic", f"{KEY}:{SECRET}")


@pytest.mark.parametrize("wait", ["0", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_busy_store_is_offered_the_same_batch_again(store: Store, wait: str) -> None:
    store.answers = [(503, {"Retry-After": wait}, "busy")] * 3
    summary = post(store.endpoint, (KEY, SECRET), pairs("a", "a"), batch=2, advance=unseen)
    assert (summary.posted, summary.batches, summary.refused) == (2, 1, [])
    assert [group for _, group in store.requests] == [[{"id": "0"}, {"id": "1"}]] * 4


def test_a_lost_connection_is_tried_again(store: Store) -> None:
    store.answers = [(0, {}, "")]
    summary = post(store.endpoint, (KEY, SECRET), pairs("a"), batch=2, advance=unseen)
    assert (summary.posted, len(store.requests)) == (1, 2)


def test_a_refused_batch_is_noted_and_the_rest_goes_on(store: Store) -> None:
    store.answers = [(400, {}, '{"error": "invalid"}')]
    summary = post(store.endpoint, (KEY, SECRET), pairs("a", "a", "b"), batch=2, advance=unseen)
    assert summary.posted == 1
    (refused,) = summary.refused
    assert (refused.platform, refused.statements, refused.status) == ("a", 2, 400)
    assert "invalid" in refused.message


@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, "nothing here"),
        (405, {}, "nothing here"),
        (302, {"Location": "https://nothing.example/here"}, ""),
        (308, {"Location": "https://nothing.example/here"}, ""),
        (200, {}, "<html>nothing here</html>"),
        (200, {}, '{"nothing": "here"}'),
    ],
)
def test_where_no_xapi_is_the_posting_ends_and_says_so(
    store: Store, answer: tuple[int, dict[str, str], str]
) -> None:
    store.answers = [answer]
    with pytest.raises(HaltError, match=rf"no endpoint of xAPI.*{answer[0]}.*nothing.*here"):
        post(store.endpoint, (KEY, SECRET), pairs("a", "b"), batch=1, advance=unseen)
    assert len(store.requests) == 1


def test_a_store_that_asks_for_more_patience_than_there_is_ends_the_posting(store: Store) -> None:
    store.answers = [(503, {"Retry-After": "3600"}, "the log does not confirm")]
    with pytest.raises(UnavailableError, match="the log does not confirm"):
        post(store.endpoint, (KEY, SECRET), pairs("a"), batch=2, advance=unseen)


def test_who_watches_is_told_how_many_were_offered_and_how_many_there_are(store: Store) -> None:
    told: list[tuple[int, int | None]] = []
    statements = list(pairs("a", "a", "b"))
    post(store.endpoint, (KEY, SECRET), statements, batch=2, advance=lambda *at: told.append(at))
    assert told == [(2, 3), (3, 3), (3, 3)]
