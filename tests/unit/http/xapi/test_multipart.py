import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidError, TooLargeError
from lrs.http.xapi.multipart import Limits, RawData, boundary, compose, parse

TYPE = 'multipart/mixed; boundary="bound"'
LIMITS = Limits()
JPEG = bytes.fromhex("ffd8ffe000104a464946") + bytes(range(256)) * 40 + bytes.fromhex("ffd9")


class Trickle:
    """A stream that never gives more than `size` bytes at once, and counts what it holds back."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content = io.BytesIO(content)
        self._size = size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._content.read(self._size), b"")


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.txt", "a\r\n\r\nb")
    return held.getvalue()


def _message(*bodies: bytes, token: bytes = b"bound") -> bytes:
    parts = [b"--%b\r\nX-Number: %d\r\n\r\n%b\r\n" % (token, n, b) for n, b in enumerate(bodies)]
    return b"".join(parts) + b"--%b--\r\n" % token


def _bodies(content: bytes, content_type: str = TYPE, size: int = 1 << 16) -> list[bytes]:
    parts = parse(iter(Trickle(content, size)), content_type, LIMITS)
    return [b"".join(part.body) for part in parts]


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        JPEG,
        _zip(),
        b"\r\n\r\n",
        b"\r\n--\r\n--boun\r\n--bound-",
        b"in --bound the line",
        b"\n--bound\n",
        b"a\r\n--boundary is longer\r\nb",
        b"--boundless",
        b"a\r\n--bound--ary\r\nb",
        b"a\r\n--bound" + b" " * 1000 + b"x",
        b"\r",
    ],
)
def test_a_body_comes_out_as_the_bytes_that_went_in(body: bytes, size: int) -> None:
    assert _bodies(_message(b"{}", body, JPEG), size=size) == [b"{}", body, JPEG]


@pytest.mark.parametrize(
    "token",
    ["b", "-------314159265358979323846", "abcABC0123'()+_,-./:=?", "-" * 70, "a b"],
)
def test_every_boundary_of_the_rfc_is_accepted_quoted(token: str) -> None:
    content = _message(b"{}", JPEG, token=token.encode())
    assert _bodies(content, f'multipart/mixed; boundary="{token}"') == [b"{}", JPEG]


@pytest.mark.parametrize("token", ["b", "-------314159265358979323846", "-" * 70])
def test_a_boundary_may_be_unquoted_and_followed_by_parameters(token: str) -> None:
    assert boundary(f"Multipart/Mixed;charset=utf-8; Boundary={token}; x=y") == token


@pytest.mark.parametrize(
    ("content_type", "requirement"),
    [
        ("application/json", "XAPI-00127"),
        ("multipart/form-data; boundary=bound", "XAPI-00127"),
        ("multipart/mixed;", "XAPI-00130"),
        ('multipart/mixed; boundary=""', "RFC 2046 5.1.1"),
        ("multipart/mixed; boundary=" + "b" * 71, "RFC 2046 5.1.1"),
        ("multipart/mixed; boundary=a@b", "RFC 2046 5.1.1"),
    ],
)
def test_a_content_type_without_a_usable_boundary_is_refused(
    content_type: str, requirement: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        boundary(content_type)
    assert [violation.requirement for violation in refused.value.violations] == [requirement]


def test_preamble_epilogue_and_padding_are_no_part_of_anything() -> None:
    content = (
        b"For old readers\r\n\r\n--bound \t\r\n\r\n{}\r\n--bound--  \r\nThe end\r\n--bound\r\n"
    )
    assert _bodies(content) == [b"{}"]


def test_the_last_line_may_lack_its_line_end() -> None:
    assert _bodies(_message(b"{}").removesuffix(b"\r\n")) == [b"{}"]


def test_headers_are_found_by_lowercase_name_and_may_be_folded() -> None:
    lines = b"Content-Type:application/json;\r\n\tcharset=utf-8\r\nX-A : b:c"
    content = b"--bound\r\n" + lines + b"\r\n\r\n{}\r\n--bound--"
    [headers] = [part.headers for part in parse(io.BytesIO(content), TYPE, LIMITS)]
    assert headers == {"content-type": "application/json; charset=utf-8", "x-a": "b:c"}


@pytest.mark.parametrize("headers", [b"", b"X-A: b\r\n"])
@pytest.mark.parametrize("body", [b"", b"\r\n"])
def test_a_part_may_lack_headers_or_body(headers: bytes, body: bytes) -> None:
    content = b"--bound\r\n" + headers + body + b"\r\n--bound--\r\n"
    assert _bodies(content) == [b""]


def test_parts_that_the_caller_does_not_read_are_skipped() -> None:
    parts = parse(io.BytesIO(_message(JPEG, JPEG, b"last")), TYPE, LIMITS)
    numbers = [part.headers["x-number"] for part in parts]
    assert numbers == ["0", "1", "2"]


def test_a_body_read_in_part_does_not_disturb_the_next() -> None:
    parts = parse(iter(Trickle(_message(JPEG, b"last"), 100)), TYPE, LIMITS)
    assert JPEG.startswith(next(next(parts).body))
    assert b"".join(next(parts).body) == b"last"


def test_memory_stays_bounded_whatever_the_size_of_a_body() -> None:
    given = itertools.count()

    def endless() -> Iterator[bytes]:
        yield b"--bound\r\n\r\n"
        while next(given) >= 0:
            yield b"\r\n--boun" * (1 << 13)

    body = next(parse(endless(), TYPE, LIMITS)).body
    largest = max(len(next(body)) for _ in range(50))
    assert largest <= 1 << 17
    assert next(given) <= 60


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "multipart"),
        (b"Content-Type: application/json\r\n\r\n{}", "multipart"),
        (b"--bound--\r\n", "multipart"),
        (b"--bound", "multipart[0]"),
        (b"--bound\r\nX-A: b\r\n", "multipart[0]"),
        (b"--bound\r\nX-A: b\r\n\r\nhalf", "multipart[0]"),
        (b"--bound\r\n\r\n{}\r\n--bound\r\n\r\nhalf\r\n--bound-", "multipart[1]"),
        (b"--bound\r\nno header\r\n\r\n{}\r\n--bound--", "multipart[0]"),
        (b"--bound\r\nA: 1\r\na: 2\r\n\r\n{}\r\n--bound--", "multipart[0]"),
        (b"--bound\r\nA: 1\r\n--bound--\r\n\r\n", "multipart[0]"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(content: bytes, place: str) -> None:
    with pytest.raises(InvalidError) as refused:
        _bodies(content)
    assert [violation.path for violation in refused.value.violations] == [place]


@pytest.mark.parametrize(
    "content",
    [
        b"--bound\nX-A: b\n\n{}\n--bound--\n",
        b"--bound\r\nX-A: b\n\n{}\n--bound--\n",
        b"--bound\r\nX-A: b\n\n" + b"{}" * 20_000 + b"\n--bound--\n",
        b"--bound\r\nX-A: b\nX-B: c\r\n\r\n{}\r\n--bound--\r\n",
        b"--bound\r\nX-A: b\r\n\r\n{}\n--bound\nX-B: c\n\n{}\n--bound--\n",
    ],
)
def test_of_lines_that_end_in_lf_that_is_told(content: bytes) -> None:
    with pytest.raises(InvalidError) as refused:
        _bodies(content)
    assert "CRLF" in refused.value.violations[0].message


@pytest.mark.parametrize("content", [b"", b"{}", b"--other\r\n\r\n{}\r\n--other--"])
def test_of_a_body_with_another_boundary_than_its_type_names_that_is_told(content: bytes) -> None:
    with pytest.raises(InvalidError) as refused:
        _bodies(content)
    assert "before its first delimiter, --bound" in refused.value.violations[0].message


def test_a_response_ends_right_after_its_closing_delimiter() -> None:
    _, stream = compose(b"{}", [RawData("ab", "text/plain", [b"x"])])
    assert b"".join(stream).endswith(b"--")


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(TooLargeError):
        list(parse(io.BytesIO(_message(*[b"x" * 10] * 4)), TYPE, Limits(parts=3)))


def test_headers_without_an_end_are_refused() -> None:
    content = b"--bound\r\nX-A: " + b"a" * 5000 + b"\r\n\r\n{}\r\n--bound--"
    with pytest.raises(TooLargeError):
        list(parse(io.BytesIO(content), TYPE, Limits(header_bytes=4000)))


def test_a_composed_response_parses_into_what_it_was_made_of() -> None:
    chunks = [JPEG[:100], b"", JPEG[100:]]
    sha2 = hashlib.sha256(JPEG).hexdigest()
    content_type, stream = compose(b'{"more":""}', [RawData(sha2, "image/jpeg", chunks)])
    parts = parse(io.BytesIO(b"".join(stream)), content_type, LIMITS)
    first = next(parts)
    assert (dict(first.headers), b"".join(first.body)) == (
        {"content-type": "application/json"},
        b'{"more":""}',
    )
    second = next(parts)
    assert dict(second.headers) == {
        "content-type": "image/jpeg",
        "content-transfer-encoding": "binary",
        "x-experience-api-hash": sha2,
    }
    assert b"".join(second.body) == JPEG
    assert list(parts) == []


def test_a_response_without_attachments_is_still_multipart() -> None:
    content_type, stream = compose(b"{}", [])
    assert _bodies(b"".join(stream), content_type) == [b"{}"]


def test_the_same_raw_data_is_sent_once() -> None:
    content_type, stream = compose(b"{}", [RawData("ab", "text/plain", [b"x"])] * 2)
    assert _bodies(b"".join(stream), content_type) == [b"{}", b"x"]


def test_a_stored_content_type_cannot_add_headers_to_a_response() -> None:
    content_type, stream = compose(b"{}", [RawData("ab", "text/plain\r\nX-Evil: 1", [b"x"])])
    _, part = list(parse(io.BytesIO(b"".join(stream)), content_type, LIMITS))
    assert set(part.headers) == {
        "content-type",
        "content-transfer-encoding",
        "x-experience-api-hash",
    }


_PIECES = st.sampled_from([b"\r", b"\n", b"-", b"--", b"bound", b"\r\n--bound", b" ", b"x", b"\0"])
_TRICKY = st.lists(_PIECES, max_size=30).map(b"".join)


def _is_delimiter_free(body: bytes) -> bool:
    return not re.search(rb"\r\n--bound(--)?[ \t]*\r\n", b"\r\n" + body + b"\r\n")


@given(st.lists(_TRICKY.filter(_is_delimiter_free), min_size=1, max_size=4), st.integers(1, 40))
def test_any_bodies_survive_any_chunking(bodies: list[bytes], size: int) -> None:
    assert _bodies(_message(*bodies), size=size) == bodies


@given(st.binary(max_size=200) | _TRICKY, st.integers(1, 40))
def test_any_bytes_parse_or_are_refused(content: bytes, size: int) -> None:
    try:
        bodies = _bodies(b"--bound\r\n" + content, size=size)
    except InvalidError:
        return
    assert sum(map(len, bodies)) <= len(content)
