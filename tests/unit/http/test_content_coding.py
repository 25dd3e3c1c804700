"""A body decoded in pieces never needs more memory than a few pieces, however large it grows."""

import gzip
import itertools
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidError, TooLargeError
from lrs.http.wire.content_coding import MOST_MEMBERS, PIECE, decoded
from lrs.http.wire.request_body import Limit

SWOLLEN = 256 * 2**20


def bomb(coding: str) -> bytes:
    """Return 256 MiB of zero bytes, coded."""
    coder = zlib.compressobj(9, wbits=zlib.MAX_WBITS + (16 if coding == "gzip" else 0))
    mebibyte = bytes(2**20)
    coded = b"".join(coder.compress(mebibyte) for _ in range(SWOLLEN // 2**20))
    return coded + coder.flush()


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_occupies_no_more_than_some_pieces(coding: str) -> None:
    coded = bomb(coding)
    assert len(coded) < SWOLLEN // 900
    tracemalloc.start()
    total = sum(map(len, decoded(coding, pieces(coded, PIECE))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == SWOLLEN
    assert peak < 8 * PIECE


def test_a_bomb_is_refused_at_the_limit_and_read_no_further() -> None:
    given_out = itertools.count()
    coded = (one for one in pieces(bomb("gzip"), 1024) if next(given_out) >= 0)
    with pytest.raises(TooLargeError):
        for _ in Limit("LRS_MAX_REQUEST", 2**20).held(decoded("gzip", coded)):
            pass
    assert next(given_out) < 5


def test_members_without_end_are_refused() -> None:
    empty = gzip.compress(b"")
    assert list(decoded("gzip", pieces(empty * MOST_MEMBERS, PIECE))) == []
    with pytest.raises(InvalidError):
        list(decoded("gzip", itertools.repeat(empty)))


@given(st.binary(max_size=2000), st.integers(1, 50), st.sampled_from([-15, 15, 31]), st.data())
def test_any_content_comes_back_and_any_beginning_of_it_is_refused(
    content: bytes, size: int, wbits: int, data: st.DataObject
) -> None:
    coder = zlib.compressobj(data.draw(st.integers(0, 9)), wbits=wbits)
    coded = coder.compress(content) + coder.flush()
    coding = "gzip" if wbits > zlib.MAX_WBITS else "deflate"
    assert b"".join(decoded(coding, pieces(coded, size))) == content
    cut = data.draw(st.integers(0, len(coded) - 1))
    with pytest.raises(InvalidError):
        list(decoded(coding, pieces(coded[:cut], size)))


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]), st.integers(1, 50))
def test_any_bytes_are_decoded_or_refused(content: bytes, coding: str, size: int) -> None:
    try:
        list(decoded(coding, pieces(content, size)))
    except InvalidError:
        return


@given(st.binary(max_size=60_000), st.integers(100, 5000))
def test_no_piece_is_empty_or_larger_than_one_piece(content: bytes, repeated: int) -> None:
    coded = gzip.compress(content * (repeated // 100))
    assert all(0 < len(one) <= PIECE for one in decoded("gzip", pieces(coded, 7000)))
