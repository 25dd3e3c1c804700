"""Bodies in chunks and in codings: taken whole as they were meant, or refused whole."""

import gzip
import itertools
import socket
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.api.bodies import (
    Request,
    form,
    json_state,
    multipart,
    profile,
    put_statement,
    state,
    statement,
)
from tests.product import Client, Product, authorization


def raw_deflate(content: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return coder.compress(content) + coder.flush()


def in_members(content: bytes) -> bytes:
    return gzip.compress(content[:100]) + gzip.compress(b"") + gzip.compress(content[100:])


CODINGS: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip by its old name": ("x-gzip", gzip.compress),
    "gzip in capitals": ("GZIP", gzip.compress),
    "gzip in members": ("gzip", in_members),
    "deflate": ("deflate", zlib.compress),
    "deflate without its frame": ("deflate", raw_deflate),
    "gzip and nothing": ("identity, , gzip", gzip.compress),
    "none": ("identity", bytes),
    "none named": ("", bytes),
}


KINDS = [state, profile, json_state, form, statement, put_statement, multipart]
WAYS = [
    (made, chunked, named)
    for made, chunked, named in itertools.product(KINDS, (False, True), CODINGS)
    if not (made is form and chunked and named.startswith("none"))
]
"""All combinations but one: a form in chunks without a content coding."""

every_kind = pytest.mark.parametrize("made", KINDS)


def in_chunks(content: bytes, size: int = 1000) -> Iterator[bytes]:
    return iter([content[at : at + size] for at in range(0, len(content), size)])


@pytest.mark.parametrize(("made", "chunked", "named"), WAYS)
def test_what_is_sent_coded_or_in_chunks_is_stored_as_it_was(
    client: Client, made: Callable[[], Request], named: str, *, chunked: bool
) -> None:
    coding, code = CODINGS[named]
    request = made()
    body = code(request.body)
    sent = request.send(client, in_chunks(body) if chunked else body, coding)
    assert sent.ok, sent.text
    stored = request.stored(client)
    if made in {state, profile, json_state}:
        assert stored == request.body
    elif made is form:
        assert stored == b"a & b = \xc3\xa9 " * 100
    else:
        assert stored is not None


@every_kind
@pytest.mark.parametrize("coding", ["br", "compress", "zstd", "gzip, gzip", "deflate,gzip", "*"])
def test_another_coding_is_refused_with_those_that_are_taken(
    client: Client, made: Callable[[], Request], coding: str
) -> None:
    request = made()
    refused = request.send(client, request.body, coding)
    assert refused.status_code == 415, refused.text
    assert refused.headers["Accept-Encoding"] == "gzip, deflate"
    assert refused.json()["violations"][0]["path"] == "header Content-Encoding"
    assert request.stored(client) is None


DAMAGED: Mapping[str, Callable[[bytes], bytes]] = {
    "not coded": bytes,
    "nothing": lambda _: b"",
    "one byte": lambda content: gzip.compress(content)[:1],
    "cut in the head": lambda content: gzip.compress(content)[:7],
    "cut in the middle": lambda content: gzip.compress(content)[: len(gzip.compress(content)) // 2],
    "cut before its checksum": lambda content: gzip.compress(content)[:-8],
    "cut before its end": lambda content: gzip.compress(content)[:-1],
    "another checksum": lambda content: gzip.compress(content)[:-8] + bytes(8),
    "more after its end": lambda content: gzip.compress(content) + b"x",
    "cut in the second member": lambda content: gzip.compress(content) + gzip.compress(b"x")[:-1],
    "coded otherwise": zlib.compress,
}


@every_kind
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("damaged", DAMAGED)
def test_what_is_not_coded_as_it_says_is_refused(
    client: Client, made: Callable[[], Request], damaged: str, *, chunked: bool
) -> None:
    request = made()
    body = DAMAGED[damaged](request.body)
    refused = request.send(client, in_chunks(body, 7) if chunked else body, "gzip")
    assert refused.status_code == 400, refused.text
    assert [one["path"] for one in refused.json()["violations"]] == ["body"]
    assert refused.json()["violations"][0]["requirement"] == "RFC 9110 8.4"
    assert request.stored(client) is None


@pytest.mark.parametrize("code", [zlib.compress, raw_deflate])
def test_deflate_data_that_goes_on_after_its_end_is_refused(
    client: Client, code: Callable[[bytes], bytes]
) -> None:
    request = state()
    refused = request.send(client, code(request.body) * 2, "deflate")
    assert refused.status_code == 400, refused.text


# What follows half of a body: chunks that never come, that end early, or that are malformed.
ENDS = {
    "between chunks": b"",
    "in a chunk": b"9\r\nab",
    "in a size": b"1",
    "no size": b"zz\r\nab\r\n",
}


@every_kind
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_what_breaks_off_in_chunks_is_refused_whole(
    server: Product, client: Client, made: Callable[[], Request], end: str, coding: str
) -> None:
    request = made()
    body = gzip.compress(request.body) if coding else request.body
    half = body[: len(body) // 2]
    sent = b"%x\r\n%b\r\n%b" % (len(half), half, ENDS[end])
    answer = exchange(server, request, sent, {"Content-Encoding": coding})
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert request.stored(client) is None


def test_of_a_document_in_chunks_the_last_chunk_is_waited_for(
    server: Product, client: Client
) -> None:
    for request in (state(), json_state()):
        sent = b"%x\r\n%b\r\n" % (len(request.body), request.body)
        answer = exchange(server, request, sent, {})
        assert answer.startswith(b"HTTP/1.1 400"), answer
        assert request.stored(client) is None


def test_an_empty_document_is_not_told_from_a_broken_one_in_chunks(client: Client) -> None:
    request = state()
    refused = request.send(client, iter([]), "")
    assert refused.status_code == 400, refused.text
    assert "Content-Length: 0" in refused.json()["message"]
    assert request.send(client, b"", "").status_code == 204
    assert request.stored(client) == b""


@every_kind
def test_another_transfer_coding_is_refused(
    server: Product, client: Client, made: Callable[[], Request]
) -> None:
    request = made()
    body = gzip.compress(request.body)
    sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    answer = exchange(server, request, sent, {"Transfer-Encoding": "gzip, chunked"}, breaks=False)
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert b"header Transfer-Encoding" in answer or made is form
    assert request.stored(client) is None


def exchange(
    server: Product,
    request: Request,
    sent: bytes,
    headers: Mapping[str, str],
    *,
    breaks: bool = True,
) -> bytes:
    """Send the bytes of a chunked body, and break off after them; return the answer."""
    told: dict[str, str] = {
        "Host": "x",
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": request.content_type,
        "Transfer-Encoding": "chunked",
        "Authorization": authorization(server),
        "Connection": "close",
        **headers,
    }
    lines = [f"{name}: {value}\r\n" for name, value in told.items() if value]
    head = f"{request.method} {request.path} HTTP/1.1\r\n{''.join(lines)}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head.encode() + sent)
        if breaks:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while received := connection.recv(65536):
            answer += received
    return answer


def test_a_form_whose_end_cannot_be_told_is_refused_unread(client: Client) -> None:
    request = form()
    refused = request.send(client, in_chunks(request.body), "")
    assert refused.status_code == 400, refused.text
    assert [one["path"] for one in refused.json()["violations"]] == ["header Content-Length"]
    assert request.stored(client) is None


def test_content_of_the_alternate_syntax_is_not_coded_as_its_form_is(client: Client) -> None:
    request: Any = form()
    assert request.send(client, in_chunks(gzip.compress(request.body)), "gzip").ok
    assert request.stored(client) == b"a & b = \xc3\xa9 " * 100
