"""The write path of statements: validate, keep attachments, admit, append. All or nothing.

Knows no HTTP and no broker. What the LRS adds to a statement (id, timestamp, version, authority) is
fixed here, once, before the append; `stored` follows from the log's time.
"""

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from lrs import clock
from lrs.errors import ConflictError, InvalidError, UnavailableError, Violation
from lrs.events.envelope import encode
from lrs.events.principal import Principal
from lrs.events.statements import AcceptedStatement, StatementsStored
from lrs.intake.admission import Admission
from lrs.log.claims import Claim, ClaimOutcome, Verdict
from lrs.log.port import Message
from lrs.storage.blobs import Staging
from lrs.xapi.attachments import attachment_violations
from lrs.xapi.equality import equal
from lrs.xapi.signature import LONGEST, signature_violations
from lrs.xapi.validation import ENOUGH, batch_violations, violations
from lrs.xapi.version import Version

Json = Mapping[str, Any]
Recall = Callable[[str], Json | None]
"""Returns the statement stored under an id, voided or not; see `lrs/intake/recall.py`."""

GIVEN_VERSION: Final = {Version.V1_0_3: "1.0.0", Version.V2_0_0: "2.0.0"}
"""What a statement without `version` is given (Data 2.4.10)."""


@dataclass(frozen=True, slots=True)
class Submission:
    """The statements of one request: parsed, and as the client wrote them, in the same order.

    `authority` is the JSON of who vouches for the statements, `principal` who sent them; `listed`
    tells that they came as an array; `attachments` is the raw data of the request; `defines` tells
    whether definitions and names in the statements become those of the store.
    """

    statements: Sequence[Json]
    raw: Sequence[bytes]
    version: Version
    authority: bytes
    principal: Principal
    listed: bool
    attachments: Staging
    defines: bool = True

    def root(self, place: int) -> str:
        """Return the path of the statement at `place`."""
        return f"$[{place}]" if self.listed else "$"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ids of all statements in their order, and how many of them were appended."""

    ids: Sequence[str]
    appended: int


class Intake:
    """Takes statements in, bounded in how many requests wait for the log at a time."""

    def __init__(self, admission: Admission, recall: Recall, max_in_flight: int) -> None:
        self._admission = admission
        self._recall = recall
        self._places = threading.BoundedSemaphore(max_in_flight)

    def store(self, submission: Submission) -> Receipt:
        """Store the statements of a request, durably.

        Raises `InvalidError` with all violations, `ConflictError` naming the ids that stand for
        other statements, `UnavailableError` when the log did not confirm: then the request may be
        sent again as it is.
        """
        check(submission)
        keyed = list(map(_keyed, submission.statements, submission.raw))
        submission.attachments.keep()
        ids = tuple(one.claim.id for one in keyed)
        appended = self._append(submission, keyed)
        return Receipt(ids, appended)

    def _append(self, submission: Submission, keyed: "Sequence[_Keyed]") -> int:
        """Append the statements that are new; tell how many there were."""
        if not keyed:
            return 0
        event = StatementsStored(
            tuple(one.accepted for one in keyed),
            GIVEN_VERSION[submission.version],
            clock.iso(clock.now()),
            msgspec.Raw(submission.authority),
            submission.principal,
            submission.defines,
        )
        chosen = [one.claim for one in keyed if one.chosen]
        drawn = [one.claim for one in keyed if not one.chosen]
        verdict = self._admit(Message(*encode(event)), chosen, drawn)
        if verdict.outcome is ClaimOutcome.NEW:
            return len(keyed)
        if verdict.outcome is ClaimOutcome.REPLAY:
            return 0
        known = [one for one in keyed if one.claim.id in verdict.ids]
        if verdict.outcome is ClaimOutcome.CONFLICT:
            _refuse_others(submission, [one for one in known if not self._is_stored(one)])
        return self._append(submission, [one for one in keyed if one.claim.id not in verdict.ids])

    def _is_stored(self, keyed: "_Keyed") -> bool:
        """Tell whether a statement is the stored one, only written in another way."""
        stored = self._recall(keyed.claim.id)
        return stored is not None and equal(keyed.statement, stored)

    def _admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        if not self._places.acquire(blocking=False):
            raise UnavailableError("too many requests wait for the log")
        try:
            return self._admission.admit(message, chosen, drawn)
        finally:
            self._places.release()


class _Keyed(NamedTuple):
    """A statement with its claim, and whether the client chose the id."""

    statement: Json
    raw: bytes
    claim: Claim
    chosen: bool

    @property
    def accepted(self) -> AcceptedStatement:
        """Return the statement as the event embeds it."""
        return AcceptedStatement(self.claim.id, self.claim.digest.hex(), msgspec.Raw(self.raw))


def _keyed(statement: Json, raw: bytes) -> _Keyed:
    given = statement.get("id")
    key = given.lower() if given else str(uuid.uuid4())
    return _Keyed(statement, raw, Claim(key, sha256(raw).digest()), bool(given))


def check(submission: Submission) -> None:
    """Raise `InvalidError` with the violations of all statements, `ENOUGH` at most."""
    found: list[Violation] = []
    for place, statement in enumerate(submission.statements):
        found += violations(statement, submission.version, submission.root(place))
        if len(found) >= ENOUGH:
            break
    found = found or batch_violations(submission.statements) or _of_attachments(submission)
    if found:
        raise InvalidError("the statements break rules of the standard", found[:ENOUGH])


def _of_attachments(submission: Submission) -> list[Violation]:
    """Return what is wrong with attachments and signatures of statements that are well formed."""
    statements, staged = submission.statements, submission.attachments
    found = attachment_violations(statements, staged.parts, submission.root)
    for place, statement in enumerate(statements):
        found += signature_violations(statement, _signature(staged), submission.root(place))
    return found


def _signature(staged: Staging) -> Callable[[str], bytes | None]:
    return lambda sha2: staged.body(sha2, LONGEST + 1)


def _refuse_others(submission: Submission, others: Sequence[_Keyed]) -> None:
    ids = {one.claim.id for one in others}
    found = [
        Violation(f"{submission.root(place)}.id", "Data 2.3.1", _TAKEN)
        for place, statement in enumerate(submission.statements)
        if str(statement.get("id", "")).lower() in ids
    ]
    if found:
        raise ConflictError("another statement is stored under the same id", found)


_TAKEN: Final = "this id stands for another statement; nothing of the request was stored"
