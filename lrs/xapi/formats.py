"""The standard's text formats as predicates, read from the same schemas that check statements."""

import re
from datetime import UTC, datetime, timedelta

from lrs.xapi.structure import definition
from lrs.xapi.version import Version


def _pattern(name: str, version: Version = Version.V1_0_3) -> re.Pattern[str]:
    return re.compile(definition(name, version)["pattern"])


_IRI = _pattern("iri")
_UUID = _pattern("uuid")
_LANGUAGE_TAG = _pattern("languageTag")
_TIMESTAMP = {version: _pattern("timestamp", version) for version in Version}
_SECOND_60 = re.compile(r"(T[0-9]{2}:?[0-9]{2}:?)60")


def is_iri(text: str) -> bool:
    """Say whether this is an IRI with a scheme."""
    return _IRI.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Say whether this is a UUID in its standard form, in either case."""
    return _UUID.fullmatch(text) is not None


def is_language_tag(text: str) -> bool:
    """Say whether this is a language tag as RFC 5646 forms it."""
    return _LANGUAGE_TAG.fullmatch(text) is not None


def is_timestamp(text: str, version: Version) -> bool:
    """Say whether this is a timestamp of that version, and a moment of the calendar."""
    if not _TIMESTAMP[version].fullmatch(text):
        return False
    try:
        parse_timestamp(text)
    except ValueError:
        return False
    return True


def parse_timestamp(text: str) -> datetime:
    """Return the moment in UTC, cut to the microsecond; a time without offset is taken as UTC.

    Raises `ValueError` for a time that the calendar lacks. A leap second is read as the second that
    follows it.
    """
    try:
        return _moment(text.upper().replace(" ", "T"))
    except OverflowError as error:
        raise ValueError("beyond the years 1 to 9999") from error


def _moment(written: str) -> datetime:
    try:
        return _utc(datetime.fromisoformat(written))
    except ValueError:
        return _leap_second(written)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _leap_second(written: str) -> datetime:
    """Read 23:59:60 UTC, which `datetime` cannot hold, as the second that follows it."""
    moment = _utc(datetime.fromisoformat(_SECOND_60.sub(r"\g<1>59", written)))
    if (moment.hour, moment.minute) != (23, 59):
        raise ValueError("only the last minute of a day in UTC has a second 60")
    return moment + timedelta(seconds=1)
