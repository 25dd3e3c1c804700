"""Whether two statements are the same statement.

What the standard calls exceptions to immutability (Data 2.3.1) does not count: what the LRS assigns
(id, authority, stored, version, a missing timestamp), verb displays, activity definitions, the
order of a Group's members, the zone of a timestamp, the letter case of what is case insensitive
(UUIDs, language tags, mail domains, hashes, media types) and precision beyond 0.01 s in a duration.
Nor does it count in which form a value is written: 1.50 or 1.5, one context activity or a list of
one, an objectType left to its default. Everything else counts, and a duration counts as text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Any

import msgspec

from lrs.xapi.activity import CONTEXT_KINDS
from lrs.xapi.agent import mailto

Normalizer = Callable[[Any], Any]
"""Returns a value in the one form that compares."""

_ASSIGNED = frozenset(("id", "authority", "stored", "version"))
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:[.,]([0-9]+))?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_PARTS_OF_A_SECOND = re.compile(r"[.,]([0-9]{1,2})[0-9]*(?=S\Z)")
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_ENCODE = msgspec.json.Encoder(order="sorted").encode
_EXACT_INTEGERS = 10**18
_AS_IT_IS = (str, bool, type(None))


def equal(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether the two are the same statement but for what an LRS could have assigned.

    An id or a timestamp that only one of them has may have been assigned; two different ones
    cannot. Authority, stored and version are the LRS's to overwrite and never count.
    """
    left, right = _statement(one), _statement(other)
    if "timestamp" not in left or "timestamp" not in right:
        left.pop("timestamp", None)
        right.pop("timestamp", None)
    ids = {given["id"].lower() for given in (one, other) if isinstance(given.get("id"), str)}
    return len(ids) < 2 and bool(_ENCODE(left) == _ENCODE(right))


def _statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    found = _members(statement, _IN_STATEMENT, {})
    for name in _ASSIGNED:
        found.pop(name, None)
    return found


def _value(value: Any) -> Any:
    """Return any JSON value with its numbers in the one form that compares."""
    if isinstance(value, _AS_IT_IS):
        return value
    if isinstance(value, dict):
        return _members(value, {}, {})
    if isinstance(value, list):
        return [_value(item) for item in value]
    return _number(value)


def _members(
    value: Mapping[str, Any], normalizers: Mapping[str, Normalizer], defaults: dict[str, str]
) -> dict[str, Any]:
    """Return an object, each member normalized by its name; most are text and stay as they are."""
    found: dict[str, Any] = defaults.copy()
    for name, item in value.items():
        normalize = normalizers.get(name)
        if normalize is not None:
            found[name] = normalize(item)
        else:
            found[name] = item if type(item) is str else _value(item)
    return found


def _number(value: int | float | Decimal) -> int | msgspec.Raw:
    """Return a whole number as an integer, any other as its shortest decimal; never rounded."""
    if isinstance(value, int) and -_EXACT_INTEGERS < value < _EXACT_INTEGERS:
        return value
    exact = _EXACT.normalize(Decimal(repr(value) if isinstance(value, float) else value))
    if exact.is_zero():
        return 0
    if exact.adjusted() < 18 and exact == exact.to_integral_value():
        return int(exact)
    return msgspec.Raw(str(exact).encode())


def _fields(normalizers: Mapping[str, Normalizer], drop: str = "", **defaults: str) -> Normalizer:
    """Return a normalizer for an object: members by their names, `drop` left out."""

    def normalize(value: Any) -> Any:
        if not isinstance(value, dict):
            return _value(value)
        if drop in value:
            value = value.copy()
            del value[drop]
        return _members(value, normalizers, defaults)

    return normalize


def _each(normalize: Normalizer) -> Normalizer:
    """Return a normalizer for a list, or for a single value in the place of a list of one."""
    return lambda value: [
        normalize(item) for item in (value if isinstance(value, list) else [value])
    ]


def _unordered(normalize: Normalizer) -> Normalizer:
    """Return a normalizer for a list whose order does not count."""
    each = _each(normalize)
    return lambda value: [msgspec.Raw(item) for item in sorted(map(_ENCODE, each(value)))]


def _text(change: Callable[[str], str]) -> Normalizer:
    """Return a normalizer for a string; anything else is compared as it is."""
    return lambda value: change(value) if isinstance(value, str) else _value(value)


def _language_map(value: Any) -> Any:
    """Return a language map as sorted pairs: two of its tags may differ in letter case alone."""
    if not isinstance(value, dict):
        return value
    return sorted(([tag.lower(), text] for tag, text in value.items()), key=_ENCODE)


def _media_type(text: str) -> str:
    """Return a media type in lower case, its parameters as they are."""
    kind, semicolon, parameters = text.partition(";")
    return f"{kind.lower()}{semicolon}{parameters}"


def _duration(text: str) -> str:
    """Return a duration cut to 0.01 s, without zeros at the end of the fraction."""
    return _PARTS_OF_A_SECOND.sub(lambda found: f".{found[1]}".rstrip("0").rstrip("."), text)


def _instant(text: str) -> str:
    """Return a timestamp in UTC, with all its digits; one without a zone is taken as UTC."""
    parts = _INSTANT.fullmatch(text)
    if parts is None:
        return text
    day, clock, fraction, zone = parts.groups("")
    if zone not in {"", "Z", "z"}:
        try:
            moment = datetime.fromisoformat(f"{day}T{clock}{zone}").astimezone(UTC)
        except (ValueError, OverflowError):
            return text
        day, _, clock = moment.isoformat()[:19].partition("T")
    return f"{day}T{clock}.{fraction.rstrip('0')}Z"


def _by_object_type(value: Any) -> Any:
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else None
    return _OBJECTS.get(kind, _value)(value) if isinstance(kind, str) else _value(value)


_lowercase = _text(str.lower)
_AGENT_FIELDS: dict[str, Normalizer] = {"mbox": _text(mailto), "mbox_sha1sum": _lowercase}
_agent = _fields(_AGENT_FIELDS, objectType="Agent")
_AGENT_FIELDS["member"] = _unordered(_agent)
_activity = _fields({}, drop="definition", objectType="Activity")
_statement_ref = _fields({"id": _lowercase}, objectType="StatementRef")
_context = _fields(
    {
        "registration": _lowercase,
        "language": _lowercase,
        "statement": _statement_ref,
        "instructor": _agent,
        "team": _agent,
        "contextActivities": _fields(dict.fromkeys(CONTEXT_KINDS, _each(_activity))),
        "contextAgents": _each(_fields({"agent": _agent})),
        "contextGroups": _each(_fields({"group": _agent})),
    }
)
_attachment = _fields(
    {
        "display": _language_map,
        "description": _language_map,
        "sha2": _lowercase,
        "contentType": _text(_media_type),
    }
)
_IN_STATEMENT: dict[str, Normalizer] = {
    "actor": _agent,
    "verb": _fields({}, drop="display"),
    "object": _by_object_type,
    "result": _fields({"duration": _text(_duration)}),
    "context": _context,
    "timestamp": _text(_instant),
    "attachments": _each(_attachment),
}
_OBJECTS: dict[str, Normalizer] = {
    "Activity": _activity,
    "Agent": _agent,
    "Group": _agent,
    "StatementRef": _statement_ref,
    "SubStatement": _fields(_IN_STATEMENT),
}
