"""`/api/v1/registers`: what the registers hold on a day, as known at a position.

Each register has addresses of its own, made from its file: a list, a subject (by path, or by `key`
in the query where the key is an IRI, an object or has a slash), the history of a subject.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from flask import Response, jsonify
from marshmallow import ValidationError, fields

from lrs import clock
from lrs.errors import NotFoundError
from lrs.http.api.register_shapes import Directory, answers, told
from lrs.http.wire import freshness, listing, named, parameters
from lrs.http.wire.api_resource import ApiResource
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.freshness import AsOfField
from lrs.http.wire.parameters import Described, refusal
from lrs.intake.registers import READ_MODEL
from lrs.registers.form.days import EVER, FOR_GOOD, read_day, write_day
from lrs.registers.form.discovery import discover
from lrs.registers.form.entry import write_attributes
from lrs.registers.form.keys import Identity
from lrs.registers.form.register import Register
from lrs.registers.form.text import read_json
from projections.registers import reads
from projections.registers.reads import Held, Point

blueprint = ApiResource("registers", __name__, description="What the registers hold")

RESOURCE: Final = "registers"


class DayField(fields.String):
    """A day, returned as its number."""

    described: ClassVar[Described] = {"format": "date"}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:  # type: ignore[override]
        try:
            return read_day(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class Get(parameters.Parameters):
    """Parameters of one subject."""

    on = DayField(metadata={"description": "the day asked for, today (UTC) by default"})
    as_of = AsOfField(metadata={"description": "position, timestamp, or day (its end, UTC)"})


class List(listing.ListParameters):
    """Parameters of a list; with `key` the answer is that of one subject."""

    on = DayField(metadata={"description": "the day asked for, today (UTC) by default"})
    key = fields.String(metadata={"description": "one subject: a text, or the JSON of an object"})


class History(parameters.Parameters):
    """Parameters of a history."""

    key = fields.String(required=True, metadata={"description": "a text, or the JSON of an object"})
    as_of = AsOfField(metadata={"description": "position, timestamp, or day (its end, UTC)"})


@blueprint.get("/registers")
@blueprint.response(200, Directory, description="The registers.")
def get() -> Mapping[str, Any]:
    """Return the registers and their fields."""
    parameters.refuse_all()
    return {"registers": [told(register) for register in discover().values()]}


class _Reads:
    """The answers of one register."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._answers = answers(register)

    def install(self) -> None:
        """Add the routes of the register."""
        shaped, path = self._answers, f"/registers/{self._register.name}"
        self._add(path, self.listed, List, {"oneOf": [shaped.page, shaped.held]})
        self._add(f"{path}/history", self.history, History, shaped.history)
        if self._register.key.in_path:
            self._add(f"{path}/<key>", self.subject, Get, shaped.held)

    def _add(self, path: str, view: Callable[..., Response], query: Any, answer: Any) -> None:
        answering = blueprint.response(200, answer, description="What the register holds.")(view)
        answering = blueprint.alt_response(404)(answering)
        asking = blueprint.arguments(query, location="query")(answering)
        blueprint.get(path, endpoint=f"{self._register.name} {view.__name__}")(asking)

    def listed(self, asked: dict[str, Any]) -> Response:
        """Return what the subjects of the register are on a day, by keys; or one of them."""
        if "key" in asked:
            return self._held(self._canonical(asked["key"]), asked)
        asked.setdefault("on", clock.today())
        page = listing.page(f"{RESOURCE}/{self._register.name}", asked, READ_MODEL)
        point = Point(page.asked["on"], page.view.position)
        after = page.after[0] if page.after else ""
        rows = reads.page(app_parts().database, self._register, point, after, page.limit + 1)
        self._note(min(len(rows), page.limit), {"on": write_day(point.day)})
        answer = {
            **freshness.told(page.view),
            "entries": [self._row(row) for row in rows[: page.limit]],
            "more": page.more(rows, _key),
            "on": write_day(point.day),
        }
        return jsonify(self._answers.page().dump(answer))

    def subject(self, asked: dict[str, Any], key: str) -> Response:
        """Return what a subject is on a day, as known at a position."""
        return self._held(self._canonical(key), asked)

    def history(self, asked: dict[str, Any]) -> Response:
        """Return what a subject was and is, by days, as known at a position."""
        key = self._canonical(asked["key"])
        view = app_parts().freshness.view((READ_MODEL,), asked.get("as_of"))
        rows = reads.history(app_parts().database, self._register, key, view.position)
        if not rows:
            raise NotFoundError(f"the register {self._register.name} has never had this key")
        self._note(len(rows), self._named(key))
        written = self._register.key.written(key)
        spans = [self._row(row) for row in rows]
        answer = {**freshness.told(view), "key": written, "history": spans}
        return jsonify(self._answers.history().dump(answer))

    def _held(self, key: str, asked: Mapping[str, Any]) -> Response:
        view = app_parts().freshness.view((READ_MODEL,), asked.get("as_of"))
        point = Point(asked.get("on", clock.today()), view.position)
        row = reads.held(app_parts().database, self._register, key, point)
        on = write_day(point.day)
        if row is None:
            raise NotFoundError(f"the register {self._register.name} has no such key on {on}")
        self._note(1, {**self._named(key), "on": on})
        answer = {**self._row(row), "on": on, "reflects": freshness.told(view)}
        return jsonify(self._answers.held().dump(answer))

    def _canonical(self, written: str) -> str:
        """Return the canonical text of a key; raises `InvalidError`."""
        form = self._register.key
        try:
            is_object = form.shape["type"] == "object"
            return form.canonical(read_json(written) if is_object else written)
        except ValueError as error:
            raise refusal({"key": [str(error)]}) from None

    def _note(self, rows: int, asked: Mapping[str, Any]) -> None:
        """Record who is about to be told of persons, and by which key."""
        if self._register.personal:
            named.record(rows, asked)

    def _named(self, key: str) -> dict[str, str]:
        kind = "identity" if isinstance(self._register.key, Identity) else "person"
        return {kind: key}

    def _row(self, row: Held) -> dict[str, Any]:
        return {
            "key": self._register.key.written(row.key),
            "from": None if row.valid_from == EVER else write_day(row.valid_from),
            "until": None if row.valid_until == FOR_GOOD else write_day(row.valid_until - 1),
            "attributes": write_attributes(self._register, row.attributes),
            "position": row.position,
        }


def _key(row: Held) -> tuple[str]:
    return (row.key,)


for _register in discover().values():
    _Reads(_register).install()
