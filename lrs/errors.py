"""The error tree: the class of an error says who must act.

`lrs/http/wire/problem.py` turns them into responses, `consumers/` into quarantine, retry or a stop,
`lrs/cli/main.py` into a message. Nothing below `lrs/http` knows a status code.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: where (`$.actor.mbox`), which requirement (`XAPI-00012`), and why."""

    path: str
    requirement: str
    message: str


class LedgerError(Exception):
    """Root of everything this product raises on purpose."""


class RejectedError(LedgerError):
    """The caller must change the request; nothing of it was kept."""

    code = "rejected"

    def __init__(self, message: str, violations: Sequence[Violation] = ()) -> None:
        """Keep every violation, so that a caller can mend them all at once."""
        super().__init__(message)
        self.violations = tuple(violations)


class InvalidError(RejectedError):
    """The request breaks a rule of the protocol."""

    code = "invalid"


class ConflictError(RejectedError):
    """The request contradicts what is stored."""

    code = "conflict"


class PreconditionError(RejectedError):
    """The stored document is not the one that the caller named."""

    code = "precondition-failed"


class UnauthenticatedError(RejectedError):
    """The caller did not prove who it is."""

    code = "unauthenticated"


class SlowedError(RejectedError):
    """The caller failed too often to prove who it is, and came again too early."""

    code = "slowed"

    def __init__(self, message: str, seconds: float) -> None:
        """Keep the seconds after which the caller may come again."""
        super().__init__(message)
        self.seconds = seconds


class ForbiddenError(RejectedError):
    """The caller is known and may not do this."""

    code = "forbidden"


class NotFoundError(RejectedError):
    """There is no such thing here."""

    code = "not-found"


class TooLargeError(RejectedError):
    """The request is larger than a limit that the message names."""

    code = "too-large"


class UnsupportedError(RejectedError):
    """The body comes in a form that is not read here; the message names those that are."""

    code = "unsupported"


class UnavailableError(LedgerError):
    """Something the request needs does not answer; the same request may succeed later.

    `retry_after`: seconds after which that is likely.
    """

    retry_after = 1


class NotBuiltError(UnavailableError):
    """A read model does not hold all that it must before it may be read."""

    retry_after = 5


class UnfoldableError(LedgerError):
    """One record of the log makes no sense to a projection."""


class HaltError(LedgerError):
    """An operator must act before the process may go on."""
