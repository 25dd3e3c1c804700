"""A row of a file, or an entry of a request, with typed values: what is asked to be recorded.

A row is no entry yet: an attribute that is absent keeps what is known, None makes an attribute
unknown, and only the judgement knows both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lrs.registers.files.fault import WHOLE_FILE, Fault, short
from lrs.registers.form.register import Register


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a state from the day `since`, an end, or both; or the retraction of these.

    `since` is None where the row speaks of an end only.
    """

    line: int
    index: int
    key: str
    since: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    end: int | None = None
    retract: bool = False

    def fault(self, name: str, value: Any, rule: str, right: str) -> Fault:
        """Return what is wrong with a field of this row."""
        return Fault(self.line, self.index, name, short(value), rule, right)


@dataclass(frozen=True, slots=True)
class Translations:
    """What a file says of some languages of a text: None takes a language away."""

    texts: Mapping[str, str | None]

    def over(self, known: Mapping[str, str] | None) -> dict[str, str] | None:
        """Return what is known with these languages changed; None where no text is left."""
        merged = {**(known or {}), **self.texts}
        return {tag: text for tag, text in merged.items() if text is not None} or None


class Reading:
    """What was found in a file: rows that are right by themselves, and everything that is not.

    A file with faults has fewer rows than lines; nothing of it is recorded.
    """

    def __init__(self, register: Register) -> None:
        self.register = register
        self.rows: list[Row] = []
        self.broken: list[Row] = []
        """What can be read of rows in which something is wrong: it may name nothing, too."""
        self.faults: list[Fault] = []
        self.named: set[str | None] = set()
        """The keys of all rows that state something, also of those in which something is wrong."""
        self._place = (0, WHOLE_FILE)

    def at(self, line: int, index: int = WHOLE_FILE) -> None:
        """Go to a line; what is refused from now on is refused there."""
        self._place = (line, index)

    def refuse(self, field: str, value: Any, rule: str, right: str) -> None:
        """Keep what is wrong with a field of this line."""
        self.faults.append(Fault(*self._place, field, short(value), rule, right))

    def read(self, field: str, rule: str, read: Callable[[Any], Any], value: Any) -> Any:
        """Return what `read` makes of a value; None where it refuses, which is kept."""
        try:
            return read(value)
        except ValueError as error:
            self.refuse(field, value, rule, str(error))
            return None

    def keep(self, **content: Any) -> None:
        """Keep a row of this line, apart from the others where something in it is wrong."""
        line, index = self._place
        if not self.faults or self.faults[-1].index != index:
            self.rows.append(Row(line, index, **content))
        elif content["key"] is not None:
            self.broken.append(Row(line, index, **content))
