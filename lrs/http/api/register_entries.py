"""`POST /api/v1/registers/NAME/entries`: entries as JSON, NDJSON or CSV, recorded all or none."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import request
from marshmallow import ValidationError, fields

from lrs import clock
from lrs.errors import InvalidError, Violation
from lrs.http.api.register_shapes import Recorded, entries
from lrs.http.api.registers import DayField
from lrs.http.wire import parameters
from lrs.http.wire.api_resource import ApiResource
from lrs.http.wire.app_parts import app_parts
from lrs.http.wire.authorization import caller
from lrs.http.wire.request_body import Limit, opaque, whole
from lrs.intake.registers import BASIS, Origin
from lrs.predicates.reader import step
from lrs.registers.files.fault import Fault
from lrs.registers.files.json_files import read_document
from lrs.registers.files.read import FileFormat, read_content
from lrs.registers.files.row import Reading
from lrs.registers.form.days import read_day
from lrs.registers.form.discovery import discover
from lrs.registers.form.register import Register
from lrs.xapi.json import parse

blueprint = ApiResource("entries", __name__, description="What is entered into registers")

MEDIA: Final[Mapping[str, FileFormat]] = {
    "application/json": FileFormat.JSON,
    "application/x-ndjson": FileFormat.NDJSON,
    "application/jsonl": FileFormat.NDJSON,
    "text/csv": FileFormat.CSV,
}
RULE: Final = "register"
NOTHING: Final = "the entries are wrong: nothing was recorded"
BY_FROM: Final = -1
"""Stands for `complete=true`."""


class Complete(fields.String):
    """`true`, `false` or a day: its number, `BY_FROM`, None."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | None:  # type: ignore[override]
        if value in {"true", "false"}:
            return BY_FROM if value == "true" else None
        try:
            return read_day(value)
        except ValueError:
            raise ValidationError("must be true, false, or a day such as 2025-03-01") from None


class Post(parameters.Parameters):
    """Parameters of POST."""

    dry_run = parameters.Flag(metadata={"description": "true: judge only, record nothing"})
    from_ = DayField(
        data_key="from", metadata={"description": "the day on which entries begin that name none"}
    )
    complete = Complete(
        metadata={
            "description": "`true`, or a day: the request names everybody of that day (of `from`, "
            "or today); who is missing is ended the day before"
        }
    )
    basis = fields.String(
        metadata={"description": "what the entries rest on; in the body where that is JSON"}
    )


class _Writes:
    """The answer of one register to what is entered."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def install(self) -> None:
        """Add the route of the register."""
        path = f"/registers/{self._register.name}/entries"
        view = blueprint.response(200, Recorded, description="What became of it.")(self.post)
        for status in (413, 415):
            view = blueprint.alt_response(status)(view)
        view = blueprint.arguments(Post, location="query")(view)
        view = blueprint.doc(requestBody=_described(self._register))(view)
        blueprint.post(path, endpoint=self._register.name)(view)

    def post(self, asked: dict[str, Any]) -> Mapping[str, Any]:
        """Record what differs from what is known: all of it, or nothing where anything is wrong."""
        reading, origin = self._read(asked)
        complete = _complete(asked)
        if asked.get("dry_run"):
            outcome = app_parts().registers.try_out(reading, complete)
        else:
            outcome = app_parts().registers.record(reading, origin, complete)
        if outcome.faults:
            lines = MEDIA[request.mimetype] is not FileFormat.JSON
            raise _refused(outcome.faults, lines=lines)
        return {name: getattr(outcome, name) for name in Recorded().fields}

    def _read(self, asked: dict[str, Any]) -> tuple[Reading, Origin]:
        """Return the entries, and who enters them on what basis."""
        media = request.mimetype
        if media not in MEDIA:
            raise _invalid("header Content-Type", f"must be one of {', '.join(MEDIA)}")
        limit = Limit.of_requests()
        if MEDIA[media] is not FileFormat.JSON:
            content = opaque(request.environ, limit)
            reading = read_content(self._register, MEDIA[media], content, asked.get("from_"))
            return reading, _origin(asked.get("basis", ""), "?basis")
        document = parse(whole(request.environ, limit))
        if isinstance(document, dict):
            _refuse_unknown(document)
            asked = {**asked, **document}
        origin = _origin(asked.get("basis", ""), "/basis")
        return read_document(self._register, document, asked.get("from_")), origin


def _complete(asked: Mapping[str, Any]) -> int | None:
    """Return the day of which the request says that it names everybody."""
    complete: int | None = asked.get("complete")
    if complete == BY_FROM:
        complete = asked.get("from_", clock.today())
    return complete


def _refuse_unknown(document: Mapping[str, Any]) -> None:
    unknown = [step("", name) for name in sorted(document.keys() - {"entries", "basis"})]
    if unknown:
        said = "must be left out: a request has entries and basis"
        raise InvalidError(NOTHING, [Violation(path, RULE, said) for path in unknown])


def _origin(basis: Any, path: str) -> Origin:
    """Return who enters, and on what basis; `path` is where the basis stands."""
    if not isinstance(basis, str):
        raise _invalid(path, BASIS)
    try:
        return Origin(caller().principal, basis)
    except InvalidError:
        raise _invalid(path, BASIS) from None


def _invalid(path: str, message: str) -> InvalidError:
    return InvalidError(NOTHING, [Violation(path, RULE, message)])


def _refused(faults: Sequence[Fault], *, lines: bool) -> InvalidError:
    """Return the error for what is wrong; `lines`: the request is a file that has lines."""
    found = [
        Violation(
            fault.pointer,
            f"{RULE}.{fault.rule}",
            f"line {fault.line}: {fault.right}" if lines else fault.right,
        )
        for fault in faults
    ]
    return InvalidError(NOTHING, found)


def _described(register: Register) -> Mapping[str, Any]:
    """Return the body of a request as the OpenAPI document has it, with an example."""
    named = entries(register)
    text = {"schema": {"type": "string"}}
    examples = {"application/json": {"entries": [register.accepted]}}
    return {
        "required": True,
        "content": {
            media: {"schema": named, "example": examples[media]} if media in examples else text
            for media in MEDIA
        },
    }


for _register in discover().values():
    _Writes(_register).install()
