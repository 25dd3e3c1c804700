"""Stories: what happens to one person with one thing, told as statements with stable ids."""

import uuid
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any, NamedTuple

JSON = dict[str, Any]

# Raised whenever the same seed would tell another year: statement ids are derived from it, and
# the store rightly refuses an old id with new content.
EDITION = 1
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://lef.example/xapi/demo")


class Happening(NamedTuple):
    """A statement, when it came about, and the platform that reports it."""

    at: datetime
    platform: str
    statement: JSON


class CourseCompletion(NamedTuple):
    """When a course was completed, and the id of the statement that says so."""

    at: datetime
    statement_id: str


Telling = Generator[Happening, None, None]
CourseTelling = Generator[Happening, None, CourseCompletion | None]


@dataclass(frozen=True)
class Story:
    """A name in a tree of names: random numbers and ids follow from the name alone."""

    name: str

    @cached_property
    def chance(self) -> Random:
        """Random numbers of this story alone, so that no story depends on what another draws."""
        return Random(f"{EDITION}/{self.name}")  # noqa: S311 - invented data, no secret

    def part(self, name: str) -> "Story":
        """A story within this one."""
        return Story(f"{self.name}/{name}")

    def uuid(self, name: str) -> str:
        """The same UUID at every telling."""
        return str(uuid.uuid5(NAMESPACE, f"{EDITION}/{self.name}/{name}"))

    def tell(self, platform: str, at: datetime, name: str, parts: JSON) -> Happening:
        """The statement made of `parts`, with the id of its name and the time it came about."""
        return Happening(at, platform, {"id": self.uuid(name), **parts, "timestamp": timestamp(at)})


def timestamp(at: datetime) -> str:
    """ISO 8601 in the zone of `at`; whole seconds when the platform keeps no fractions."""
    text = at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def utc(at: datetime) -> datetime:
    """The same instant in UTC, as cmi5 demands (cmi5 9.7)."""
    return at.astimezone(UTC)


def duration(length: timedelta) -> str:
    """ISO 8601 duration to the hundredth of a second (xAPI Data 4.6)."""
    minutes, seconds = divmod(round(length.total_seconds(), 2), 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{hours}H" if hours else ""
    text += f"{minutes}M" if minutes else ""
    return f"PT{text}{round(seconds, 2):g}S" if seconds or not text else f"PT{text}"


def activity(iri: str, kind: str, name: dict[str, str] | None = None, **more: object) -> JSON:
    """An Activity with a definition of this type."""
    named = {"name": name} if name else {}
    return {"objectType": "Activity", "id": iri, "definition": {"type": kind, **named, **more}}


def reference(statement_id: str) -> JSON:
    """A StatementRef."""
    return {"objectType": "StatementRef", "id": statement_id}
