"""The form of an event type on the log: its name, its schema number, and upcasts from older ones.

Each type has a number of its own, so a change of one type leaves the records of all others as they
are. Whoever changes the shape of a type raises its number and adds an upcast from the number
before: an old record takes the newest shape when it is read, and folds know that one shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

Upcast = Callable[[bytes], bytes]
"""Returns the JSON of an event's data in the shape of the next schema number.

From bytes to bytes: one that moves the text of a statement must not write it anew.
"""


@dataclass(frozen=True, slots=True)
class Form:
    """`type` is the `ce_type` of the records; `upcasts` has one entry for each older number."""

    type: str
    number: int
    upcasts: Mapping[int, Upcast] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a number that no chain of upcasts leads to: its old records could not be read."""
        if sorted(self.upcasts) != list(range(1, self.number)):
            raise ValueError(f"{self.type}: upcasts must lead from each number to {self.number}")


class Formed(Protocol):
    """A type of event."""

    form: ClassVar[Form]
