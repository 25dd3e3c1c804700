"""Text formats: the predicates agree with the schemas, and timestamps are read as moments."""

from datetime import UTC, datetime

import pytest

from lrs.xapi.formats import is_iri, is_language_tag, is_timestamp, is_uuid, parse_timestamp
from lrs.xapi.version import Version


@pytest.mark.parametrize("text", ["a:b", "https://example.org/é?a=b#c", "urn:uuid:1", "tag:%20"])
def test_an_iri_has_a_scheme(text: str) -> None:
    assert is_iri(text)


@pytest.mark.parametrize(
    "text", ["", "a", "//a", "1a:b", "a:", "a:b c", "a:b\n", "a:<", "a:%zz", "a:b#c#d", "\ta:b"]
)
def test_what_is_no_iri(text: str) -> None:
    assert not is_iri(text)


def test_a_uuid_stands_in_its_standard_form() -> None:
    assert is_uuid("FD41C918-b88b-4b20-a0a5-a4c32391aaa0")
    assert not is_uuid("fd41c918b88b4b20a0a5a4c32391aaa0")
    assert not is_uuid("fd41c918-b88b-4b20-a0a5-a4c32391aaa0\n")


@pytest.mark.parametrize("text", ["en", "zh-cmn-Hans-CN", "sl-rozaj", "x-a", "EN-gb", "i-default"])
def test_a_language_tag_follows_rfc_5646(text: str) -> None:
    assert is_language_tag(text)


@pytest.mark.parametrize("text", ["", "e", "en_US", "en-", "english-language-x", "en-a", "en\n"])
def test_what_is_no_language_tag(text: str) -> None:
    assert not is_language_tag(text)


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("2024-02-29T12:00:00Z", {*Version}),
        ("2024-02-29 12:00:00+01:00", {Version.V2_0_0}),
        ("2024-02-29T12:00", {Version.V1_0_3}),
        ("20240229T120000,5+0100", {Version.V1_0_3}),
        ("2023-02-29T12:00:00Z", set()),
        ("2024-02-29T12:00:00-00:00", set()),
        ("2024-W09-4T12:00:00Z", set()),
        ("2024-02-29T24:00:00Z", set()),
    ],
)
def test_a_timestamp_follows_its_version(text: str, versions: set[Version]) -> None:
    assert {version for version in Version if is_timestamp(text, version)} == versions


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015-11-18T12:17:00+05:30", datetime(2015, 11, 18, 6, 47, tzinfo=UTC)),
        ("2015-11-18t12:17:00.1234569z", datetime(2015, 11, 18, 12, 17, 0, 123456, UTC)),
        ("2015-11-18 12:17:00-01:00", datetime(2015, 11, 18, 13, 17, tzinfo=UTC)),
        ("20151118T1217", datetime(2015, 11, 18, 12, 17, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01-01T05:29:60.5+05:30", datetime(2017, 1, 1, 0, 0, 0, 500000, UTC)),
    ],
)
def test_a_timestamp_is_a_moment_in_utc(text: str, moment: datetime) -> None:
    assert parse_timestamp(text) == moment
    assert parse_timestamp(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "now", "2015-02-30T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:60Z"]
)
def test_what_is_not_in_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_timestamp(text)
