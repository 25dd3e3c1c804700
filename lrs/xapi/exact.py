"""The stored text of a statement: the client's own bytes, with the LRS's members spliced in.

Parsing and writing again would change what a client sent (1.50, the order of members, escapes), and
`format=exact` promises not to. Values are therefore moved as bytes and never decoded; only the
outer objects that must change (the statement, a context) are put together anew, in their order.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Members = dict[str, msgspec.Raw]

_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw]).decode
_MEMBERS = msgspec.json.Decoder(Members).decode
_ENCODE = msgspec.json.Encoder().encode


def load(text: str) -> Any:
    """Return parsed JSON, each number as the text that was written: for `dump`, not for sums."""
    return json.loads(text, parse_int=_as_written, parse_float=_as_written)


def dump(value: object) -> bytes:
    """Return the JSON of what `load` returned, or of a part of it."""
    return _ENCODE(value)


def _as_written(number: str) -> msgspec.Raw:
    return msgspec.Raw(number.encode())


def split(batch: bytes) -> list[bytes]:
    """Return the bytes of each statement in a JSON array, or of the only one, given valid JSON."""
    text = batch.strip(b" \t\r\n")
    if text.startswith(b"["):
        return [bytes(statement) for statement in _ELEMENTS(text)]
    return [text]


def complete(raw: bytes, parsed: Mapping[str, Any], additions: Mapping[str, bytes]) -> bytes:
    """Return the statement with `additions` (name -> JSON value) added at the end or replaced.

    Single context activities become lists of one, as the standard wants them returned; the bytes of
    every other value stay as they are. `raw` is one valid JSON object without surrounding space,
    `parsed` the same object parsed: it tells of most statements that nothing in them must change,
    so that `raw` need not be taken apart.
    """
    kept = parsed
    if not parsed.keys().isdisjoint(additions) or _has_single_activities(parsed):
        kept = members = _MEMBERS(raw)
        _list_in_statement(members)
        for name in additions:
            members.pop(name, None)
        raw = _written(members)
    if not additions:
        return raw
    tail = b",".join([b'"%b":%b' % (name.encode(), value) for name, value in additions.items()])
    return b"%b%b%b}" % (raw[: raw.rindex(b"}")], b"," if kept else b"", tail)


def _has_single_activities(parsed: Mapping[str, Any]) -> bool:
    contexts = [parsed.get("context"), parsed.get("object", {}).get("context")]
    listed = [context.get("contextActivities", {}).values() for context in contexts if context]
    return any(isinstance(value, dict) for values in listed for value in values)


def _list_in_statement(members: Members) -> bool:
    """Make lists of the single context activities of a statement and of its SubStatement."""
    in_context = _rewrite(members, "context", _list_in_context)
    return _rewrite(members, "object", _list_in_statement) or in_context


def _list_in_context(members: Members) -> bool:
    return _rewrite(members, "contextActivities", _list_each)


def _list_each(members: Members) -> bool:
    single = {name: bytes(value) for name, value in members.items() if _is_object(value)}
    members.update({name: msgspec.Raw(b"[%b]" % value) for name, value in single.items()})
    return bool(single)


def _rewrite(members: Members, name: str, change: Callable[[Members], bool]) -> bool:
    """Let `change` alter the members of the object under a name; say whether it altered any."""
    value = members.get(name)
    if value is None or not _is_object(value):
        return False
    inner = _MEMBERS(value)
    if not change(inner):
        return False
    members[name] = msgspec.Raw(_written(inner))
    return True


def _is_object(value: msgspec.Raw) -> bool:
    return bytes(value).startswith(b"{")


def _written(members: Members) -> bytes:
    """Return a JSON object of these members; the bytes of the values are copied."""
    pairs = [b"%b:%b" % (_ENCODE(name), bytes(value)) for name, value in members.items()]
    return b"{%b}" % b",".join(pairs)
