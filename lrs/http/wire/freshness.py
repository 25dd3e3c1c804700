"""The parameter `as_of`, and what every answer of `/api/v1` says of its freshness."""

import re
from datetime import date
from typing import Any, ClassVar, Final

from marshmallow import ValidationError, fields

from lrs import clock
from lrs.http.wire.api_resource import Output
from lrs.http.wire.parameters import Described, plus
from lrs.xapi.formats import is_timestamp, parse_timestamp
from lrs.xapi.version import Version
from projections.folding.freshness import AsOf, AtPosition, AtTime, View, end_of

FAR: Final = 60_000_000
"""Microseconds after this machine's clock from which a time is refused. A nearer one may be that of
another clock, or of a record that is about to be folded: the same request succeeds soon."""

_POSITION: Final = re.compile(r"[0-9]{1,18}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class AsOfField(fields.String):
    """A position of the log, a timestamp, or a day: its end, UTC; all of them inclusive."""

    described: ClassVar[Described] = {"examples": ["1042", "2026-01-15", "2026-01-15T08:00:00Z"]}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> AsOf:  # type: ignore[override]
        if _POSITION.fullmatch(value):
            return AtPosition(int(value))
        if _DAY.fullmatch(value):
            return _reached(_day(value))
        if not is_timestamp(value, Version.V2_0_0):
            hint = plus(value)
            raise ValidationError(f"must be a position, a timestamp or a day{hint}")
        return _reached(AtTime(clock.microseconds(parse_timestamp(value))))


class Freshness(Output):
    """What the answer reflects: fields of every answer."""

    position = fields.Integer(metadata={"description": "of the last record reflected; -1: none"})
    until = fields.String(
        allow_none=True,
        metadata={
            "format": "date-time",
            "description": "time of that record; null: none, or not known",
        },
    )
    lag = fields.Integer(metadata={"description": "records on the log that are not folded yet"})


def told(view: View) -> dict[str, Any]:
    """Return the fields of `Freshness`."""
    until = None if view.until is None else clock.iso(view.until)
    return {"position": view.position, "until": until, "lag": view.lag}


def _day(text: str) -> AtTime:
    try:
        return end_of(date.fromisoformat(text))
    except (ValueError, OverflowError):
        raise ValidationError("must be a day of the calendar") from None


def _reached(as_of: AtTime) -> AtTime:
    """Refuse a time far ahead: to ask again would not help before it has come."""
    if as_of.time > clock.now() + FAR:
        moment = clock.iso(as_of.time)
        raise ValidationError(f"{moment} has not come; without as_of, all counts that is known now")
    return as_of
