"""The write path of statements: validate, admit, append. All of a request or nothing.

Knows no HTTP and no broker. What the LRS gives to a statement (id, timestamp, version, authority)
is fixed here, once, before the append; `stored` is the log's to give.
"""

import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from lrs import clock
from lrs.admission import Admission
from lrs.errors import ConflictError, InvalidError, UnavailableError, Violation
from lrs.events import AcceptedStatement, StatementsStored, encode
from lrs.log.port import Claim, Message
from lrs.xapi.equality import digest
from lrs.xapi.validation import batch_violations, violations
from lrs.xapi.version import Version

Json = Mapping[str, Any]

GIVEN_VERSION: Final = {Version.V1_0_3: "1.0.0", Version.V2_0_0: "2.0.0"}
"""What a statement without `version` is given (Data 2.4.10)."""


ENOUGH: Final = 100
"""Violations after which the rest of a request is not looked at: naming one costs 2.5 ms."""


@dataclass(frozen=True, slots=True)
class Submission:
    """The statements of one request: parsed, and as the client wrote them, in the same order.

    `authority` is the JSON of who vouches for them; `listed` tells that they came as an array.
    """

    statements: Sequence[Json]
    raw: Sequence[bytes]
    version: Version
    authority: bytes
    listed: bool

    def root(self, place: int) -> str:
        """Return the path of the statement at `place`."""
        return f"$[{place}]" if self.listed else "$"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ids of all statements in their order, and whether anything was appended."""

    ids: Sequence[str]
    appended: bool


class Intake:
    """Takes statements in, bounded in how many requests wait for the log at a time."""

    def __init__(self, admission: Admission, max_in_flight: int) -> None:
        self._admission = admission
        self._places = threading.BoundedSemaphore(max_in_flight)

    def store(self, submission: Submission) -> Receipt:
        """Store the statements of a request, durably.

        Raises `InvalidError` with all violations, `ConflictError` naming the ids that stand for
        other statements, `UnavailableError` when the log did not confirm: then the request may be
        sent again as it is.
        """
        check(submission)
        if not submission.statements:
            return Receipt((), appended=False)
        accepted, chosen, drawn = [], [], []
        for statement, raw in zip(submission.statements, submission.raw, strict=True):
            given = statement.get("id")
            key = str(uuid.UUID(given)) if given else str(uuid.uuid4())
            content = digest(statement)
            (chosen if given else drawn).append(Claim(key, content))
            accepted.append(AcceptedStatement(key, content.hex(), msgspec.Raw(raw)))
        event = StatementsStored(
            tuple(accepted),
            GIVEN_VERSION[submission.version],
            clock.iso(clock.now()),
            msgspec.Raw(submission.authority),
        )
        with self._place():
            verdict = self._admission.admit(Message(*encode(event)), chosen, drawn)
        if verdict.outcome == "conflict":
            _refuse(submission, verdict.ids)
        ids = [statement.id for statement in accepted]
        return Receipt(ids, appended=verdict.outcome == "new")

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise UnavailableError("too many requests wait for the log")
        try:
            yield
        finally:
            self._places.release()


def check(submission: Submission) -> None:
    """Raise `InvalidError` with every violation of every statement of a request."""
    found: list[Violation] = []
    for place, statement in enumerate(submission.statements):
        found += violations(statement, submission.version, submission.root(place))
        if len(found) >= ENOUGH:
            break
    found = found or batch_violations(submission.statements)
    if found:
        raise InvalidError("the statements break rules of the standard", found)


def _refuse(submission: Submission, ids: Sequence[str]) -> None:
    found = [
        Violation(f"{submission.root(place)}.id", "Data 2.3.1", _TAKEN)
        for place, statement in enumerate(submission.statements)
        if str(statement.get("id", "")).lower() in ids
    ]
    raise ConflictError("another statement is stored under the same id", found)


_TAKEN: Final = "this id stands for another statement; nothing of the request was stored"
