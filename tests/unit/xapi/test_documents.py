"""The merge of documents, and what belongs to it."""

import pytest

from lrs.errors import InvalidError
from lrs.xapi.documents import Document, check_posted, etag, is_json, merge

JSON = "application/json"


def existing(content: bytes, content_type: str = JSON) -> Document:
    return Document(content_type, content, etag(content), 0)


def test_members_of_the_posted_object_replace_and_add() -> None:
    merged = merge(existing(b'{"x":"foo","y":"bar"}'), JSON, b'{"x":"bash","z":"faz"}')
    assert merged == b'{"x":"bash","y":"bar","z":"faz"}'


def test_objects_below_the_top_level_are_replaced_whole() -> None:
    merged = merge(existing(b'{"car":{"make":"Ford","model":"Escape"}}'), JSON, b'{"car":{"a":1}}')
    assert merged == b'{"car":{"a":1}}'


def test_numbers_keep_their_digits() -> None:
    merged = merge(existing(b'{"a": 1.50, "b": 12345678901234567890123}'), JSON, b'{"c": 1E2}')
    assert merged == b'{"a":1.50,"b":12345678901234567890123,"c":1E2}'


def test_one_key_written_in_two_ways_is_one_member() -> None:
    assert merge(existing(b'{"a":1}'), JSON, b'{"\\u0061":2}') == b'{"a":2}'


@pytest.mark.parametrize("posted", [JSON, "application/json; charset=utf-8", "Application/JSON"])
def test_parameters_and_case_of_the_content_type_do_not_matter(posted: str) -> None:
    assert is_json(posted)
    assert merge(existing(b"{}", "application/json;charset=utf-8"), posted, b'{"a":1}')


@pytest.mark.parametrize(
    ("there", "content_type"),
    [
        (existing(b"{}", "text/plain"), JSON),
        (existing(b"[]"), JSON),
        (existing(b"{"), JSON),
        (existing(b"\x00\xff", "application/octet-stream"), JSON),
        (existing(b"{}"), "text/plain"),
        (existing(b"{}"), "application/json-patch"),
    ],
)
def test_only_two_json_objects_merge(there: Document, content_type: str) -> None:
    with pytest.raises(InvalidError) as refused:
        merge(there, content_type, b"{}")
    assert refused.value.violations


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"1", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff"]
)
def test_posted_json_must_be_one_sound_object(content: bytes) -> None:
    with pytest.raises(InvalidError):
        check_posted("application/json; charset=utf-8", content)


def test_posted_content_of_another_type_may_be_anything() -> None:
    check_posted("image/png", b"\x89PNG\r\n\x00")


def test_an_etag_is_the_lowercase_sha1_of_the_content() -> None:
    assert etag(b"abc") == "a9993e364706816aba3e25717850c26c9cd0d89d"
