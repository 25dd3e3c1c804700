"""What one statement achieves: the only place of the product that decides it.

Completions, the `completion` facts of a framework and requirements all call `achievement`, so a
transcript and an indicator cannot disagree about the same statement. The verb comes first, then
`result.success`, then `result.completion`; `docs/completions.md` says the same with examples, which
the tests run.

Verbs are a fixed table and not configuration: a fold reads nothing, so a change of the table raises
the version of the read models that call this function.

Not decided here, as one statement does not tell: whether the statement is voided, who the learner
is, which activity of the catalogue is meant, and whether attendance alone completes that activity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from enum import Enum, StrEnum, auto
from typing import Any, Final, NamedTuple


class Outcome(StrEnum):
    """What a statement says of the learner and the activity; the values are stored."""

    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"
    WAIVED = "waived"
    DENIED = "denied"
    """The activity is said not to be completed, or no longer."""
    CONDITIONAL = "conditional"
    """Completed if the catalogue says that `attended` completes the activity; else nothing."""


ACHIEVING: Final = frozenset({Outcome.COMPLETED, Outcome.PASSED, Outcome.WAIVED})
"""The outcomes that count in the learner's favour."""

DENYING: Final = frozenset({Outcome.FAILED, Outcome.DENIED})
"""The outcomes that show as `denied_after` where they come later than one that achieves."""


@dataclass(frozen=True, slots=True)
class Achievement:
    """The outcome of a statement about an activity, and what a completion keeps beside it."""

    outcome: Outcome
    score: float | None
    """Scaled, -1 to 1."""
    question: bool
    """The activity is a single question, which completions show only on request."""
    activity_type: str | None
    """The IRI that this statement gives; other statements may give another."""


class Meaning(Enum):
    """What a verb says of its activity, before the result is looked at."""

    COMPLETES = auto()
    PASSES = auto()
    FAILS = auto()
    WAIVES = auto()
    DENIES = auto()
    ATTENDS = auto()
    PROGRESSES = auto()
    REPORTS = auto()
    """The result speaks of work done elsewhere, not of the activity that is named."""


class Verb(NamedTuple):
    """What a verb means, and who publishes it."""

    meaning: Meaning
    source: str


_STREAMS: Final = "activity streams"
_STREAMS_1_0: Final = "activity streams, schema 1.0"
_CMI5_1_0: Final = "templates of the cmi5 profile v1.0 as first published"
_MOM: Final = "text of the TLA Master Object Model (MOM)"

VERBS: Final[Mapping[str, Verb]] = {
    "http://adlnet.gov/expapi/verbs/completed": Verb(
        Meaning.COMPLETES, "SCORM profile, cmi5, video profile"
    ),
    "https://adlnet.gov/expapi/verbs/completed": Verb(Meaning.COMPLETES, _MOM),
    "http://activitystrea.ms/complete": Verb(Meaning.COMPLETES, _STREAMS),
    "http://activitystrea.ms/schema/complete": Verb(
        Meaning.COMPLETES, "exact match of completed in the SCORM profile"
    ),
    "http://activitystrea.ms/schema/1.0/complete": Verb(Meaning.COMPLETES, _STREAMS_1_0),
    "https://w3id.org/xapi/adl/verbs/satisfied": Verb(Meaning.COMPLETES, "cmi5, MOM"),
    "http://adlnet.gov/expapi/verbs/satisfied": Verb(Meaning.COMPLETES, _CMI5_1_0),
    "http://activitystrea.ms/satisfy": Verb(Meaning.COMPLETES, _STREAMS),
    "http://activitystrea.ms/schema/1.0/satisfy": Verb(Meaning.COMPLETES, _STREAMS_1_0),
    "http://adlnet.gov/expapi/verbs/mastered": Verb(Meaning.COMPLETES, "ADL vocabulary"),
    "http://adlnet.gov/expapi/verbs/passed": Verb(Meaning.PASSES, "SCORM profile, cmi5"),
    "https://adlnet.gov/expapi/verbs/passed": Verb(Meaning.PASSES, _MOM),
    "http://adlnet.gov/expapi/verbs/failed": Verb(Meaning.FAILS, "SCORM profile, cmi5"),
    "https://adlnet.gov/expapi/verbs/failed": Verb(Meaning.FAILS, _MOM),
    "https://w3id.org/xapi/adl/verbs/waived": Verb(Meaning.WAIVES, "cmi5, MOM"),
    "http://adlnet.gov/expapi/verbs/waived": Verb(Meaning.WAIVES, _CMI5_1_0),
    "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/uncompleted": Verb(
        Meaning.DENIES, "EDLM LMS profile, as Moodle's xAPI log store sends it"
    ),
    "http://activitystrea.ms/unsatisfy": Verb(Meaning.DENIES, _STREAMS),
    "http://activitystrea.ms/schema/1.0/unsatisfy": Verb(Meaning.DENIES, _STREAMS_1_0),
    "http://adlnet.gov/expapi/verbs/attended": Verb(Meaning.ATTENDS, "ADL vocabulary"),
    "https://w3id.org/xapi/tla/verbs/attended": Verb(Meaning.ATTENDS, "TLA MOM profile"),
    "https://w3id.org/xapi/adb/verbs/attended": Verb(
        Meaning.ATTENDS, "ebook profile (ADB), exact match of attended"
    ),
    "http://activitystrea.ms/attend": Verb(Meaning.ATTENDS, _STREAMS),
    "http://activitystrea.ms/schema/attend": Verb(
        Meaning.ATTENDS, "related match of attended in the ADL vocabulary"
    ),
    "http://activitystrea.ms/schema/1.0/attend": Verb(Meaning.ATTENDS, _STREAMS_1_0),
    "http://adlnet.gov/expapi/verbs/progressed": Verb(Meaning.PROGRESSES, "ADL vocabulary"),
    "https://w3id.org/xapi/acrossx/verbs/reported": Verb(Meaning.REPORTS, "AcrossX profile"),
    "https://w3id.org/xapi/acrossx/verbs/evaluated": Verb(Meaning.REPORTS, "AcrossX profile"),
}
"""Every verb that has a meaning of its own, whatever the result. IRIs are compared as written."""

_MEANINGS: Final = {iri: verb.meaning for iri, verb in VERBS.items()}

_ALWAYS: Final = (None, True, False)
_DECIDED: Final[Mapping[Meaning | None, Mapping[bool | None, Outcome]]] = {
    None: {True: Outcome.COMPLETED},
    Meaning.COMPLETES: {
        None: Outcome.COMPLETED,
        True: Outcome.COMPLETED,
        False: Outcome.DENIED,
    },
    Meaning.PASSES: dict.fromkeys(_ALWAYS, Outcome.PASSED),
    Meaning.FAILS: dict.fromkeys(_ALWAYS, Outcome.FAILED),
    Meaning.WAIVES: dict.fromkeys(_ALWAYS, Outcome.WAIVED),
    Meaning.DENIES: dict.fromkeys(_ALWAYS, Outcome.DENIED),
    # `attended` with `completion: false` is how Moodle tells that somebody was there for a part.
    Meaning.ATTENDS: {None: Outcome.CONDITIONAL, True: Outcome.COMPLETED},
    Meaning.PROGRESSES: {True: Outcome.COMPLETED, False: Outcome.DENIED},
}
"""The outcome by verb and `result.completion`, where `result.success` is not false.

`completion: false` denies with verbs that speak of completion only: the text of MOM demands it of
every `terminated` and `abandoned`, and a session that ends takes nothing back.
"""

_QUESTIONS: Final = frozenset(
    {
        "http://adlnet.gov/expapi/activities/cmi.interaction",  # xAPI Data 2.4.4.1, SCORM profile
        "http://adlnet.gov/expapi/activities/interaction",  # SCORM profile
        "http://adlnet.gov/expapi/activities/question",  # ADL vocabulary
    }
)

_ARITHMETIC: Final = Context(prec=50, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
"""50 digits, far beyond a double; without traps, so that no exponent stops a fold."""

_EMPTY: Final[Mapping[str, Any]] = {}


def achievement(statement: Mapping[str, Any]) -> Achievement | None:
    """Return what a valid statement achieves, or None: most statements achieve nothing.

    Only an Activity can be achieved: an object that is an Agent, a Group, a StatementRef or a
    SubStatement gives None.
    """
    meaning = _MEANINGS.get(statement["verb"]["id"])
    result = statement.get("result", _EMPTY)
    if meaning is None and not result:
        return None
    activity = statement["object"]
    if activity.get("objectType", "Activity") != "Activity":
        return None
    outcome = _outcome(meaning, result)
    if outcome is None:
        return None
    definition = activity.get("definition", _EMPTY)
    kind = definition.get("type")
    question = kind in _QUESTIONS or "interactionType" in definition
    return Achievement(outcome, _score(result.get("score", _EMPTY)), question, kind)


def _outcome(meaning: Meaning | None, result: Mapping[str, Any]) -> Outcome | None:
    if meaning is Meaning.REPORTS:
        return None
    success = result.get("success")
    if success is False:
        return Outcome.FAILED
    outcome = _DECIDED[meaning].get(result.get("completion"))
    if outcome is Outcome.COMPLETED and success is True:
        return Outcome.PASSED
    return outcome


def _score(score: Mapping[str, Any]) -> float | None:
    """Return the scaled score; where there is none, the place of raw from min (0) to max (1)."""
    if "scaled" in score:
        return _within(_exact(score["scaled"]), -1)
    if score.keys() >= {"raw", "min", "max"}:
        raw, low, high = (_exact(score[name]) for name in ("raw", "min", "max"))
        if low < high:
            covered, span = _ARITHMETIC.subtract(raw, low), _ARITHMETIC.subtract(high, low)
            return _within(_ARITHMETIC.divide(covered, span), 0)
    return None


def _within(scaled: Decimal, lowest: int) -> float | None:
    """Return the double nearest to a score, 0.0 for -0.0; None for one outside `lowest` to 1."""
    inside = scaled.is_finite() and lowest <= scaled <= 1
    return float(scaled) + 0.0 if inside else None


def _exact(number: int | float | Decimal) -> Decimal:
    """Return the number that the client wrote: for a parsed float, `repr` is the text parsed."""
    return Decimal(repr(number) if isinstance(number, float) else number)
