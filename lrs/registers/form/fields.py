"""The kinds of fields: texts, lists of them, languages, days, numbers, yes or no."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

from lrs.predicates.values import Kind, stored
from lrs.registers.form.attribute import Attribute, ColumnType
from lrs.registers.form.days import read_day, write_day
from lrs.registers.form.text import checked_text, read_json, write_json
from lrs.xapi.formats import is_iri, is_language_tag

LONGEST: Final = 2000
"""Characters of the longest text."""

MOST: Final = 1000
"""Items of the longest list."""


class Text(Attribute):
    """A text: a code of another register, one of listed words, or free."""

    kind = Kind.TEXT
    column = ColumnType.TEXT
    shape: ClassVar[Mapping[str, Any]] = {"type": "string", "minLength": 1, "maxLength": LONGEST}

    def read(self, written: Any) -> str:
        """Return the text itself."""
        text = checked_text(written, LONGEST)
        if self.one_of and text not in self.one_of:
            raise ValueError(f"must be one of {', '.join(self.one_of)}")
        return text


class Texts(Attribute):
    """A list of texts, none of them twice; in a cell with `;` between them.

    An item that holds a `;` makes the cell a list of JSON, and so does a list without items: an
    empty cell means unknown.
    """

    kind = Kind.TEXTS
    column = ColumnType.TEXTS
    shape: ClassVar[Mapping[str, Any]] = {"type": "array", "items": {"type": "string"}}

    def enumerated(self) -> dict[str, Any]:
        """Return the part of the JSON Schema that lists what an item may be."""
        return {"items": {"type": "string", "enum": list(self.one_of)}}

    def read(self, written: Any) -> tuple[str, ...]:
        """Return the items as a tuple, in their order."""
        if not isinstance(written, list | tuple):
            raise ValueError("must be a list")
        if len(written) > MOST:
            raise ValueError(f"must have at most {MOST} items, not {len(written)}")
        items = tuple(map(self.item, written))
        if len(set(items)) < len(items):
            twice = next(item for place, item in enumerate(items) if item in items[:place])
            raise ValueError(f"must name each item once: {twice} stands twice")
        return items

    def item(self, written: Any) -> str:
        """Return one item."""
        text = checked_text(written, LONGEST)
        if self.one_of and text not in self.one_of:
            raise ValueError(f"must hold only {', '.join(self.one_of)}")
        return text

    def restore(self, written: Any) -> tuple[str, ...]:
        """Return the items as a tuple."""
        return tuple(written)

    def write(self, value: Any) -> list[str]:
        """Return the items as a list."""
        return list(value)

    def read_cell(self, cell: str) -> tuple[str, ...]:
        """Return the items between the semicolons, or those of a list of JSON."""
        if cell.startswith("["):
            return self.read(read_json(cell))
        return self.read([item.strip() for item in cell.split(";") if item.strip()])

    def write_cell(self, value: Any) -> str:
        """Return the items with semicolons between them, wherever that reads back the same."""
        if not value or value[0].startswith("[") or any(";" in item for item in value):
            return write_json(list(value))
        return ";".join(value)


class Iris(Texts):
    """A list of IRIs."""

    def item(self, written: Any) -> str:
        """Return one IRI."""
        text = super().item(written)
        if not is_iri(text):
            raise ValueError("must hold IRIs with their scheme, such as https://example.org/c/1")
        return text


class Language(Text):
    """A language tag (BCP 47)."""

    kind = Kind.LANGUAGE

    def read(self, written: Any) -> str:
        """Return the tag as written."""
        return _language(written)


class Languages(Texts):
    """A list of language tags."""

    kind = Kind.LANGUAGES

    def item(self, written: Any) -> str:
        """Return one tag."""
        return _language(written)


class Day(Attribute):
    """A day of the calendar."""

    kind = Kind.DAY
    column = ColumnType.INTEGER
    shape: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "date"}

    def read(self, written: Any) -> int:
        """Return the number of the day."""
        return read_day(written)

    def restore(self, written: Any) -> int:
        """Return the number of the day."""
        return read_day(written)

    def write(self, value: Any) -> str:
        """Return a day such as `2025-03-01`."""
        return write_day(value)

    def read_cell(self, cell: str) -> int:
        """Return the number of the day; 01/02/2025 has two meanings, and is refused."""
        if _SOME_DATE.fullmatch(cell):
            raise ValueError(
                f"must be a day such as 2025-03-01: {cell} can be read in two ways, unless a "
                "mapping states the format"
            )
        return self.read(cell)


class Number(Attribute):
    """A number that is not negative, of at most fifteen digits.

    Every reader of JSON keeps so many digits, those included that read numbers as doubles.
    """

    kind = Kind.NUMBER
    column = ColumnType.BIGINT
    shape: ClassVar[Mapping[str, Any]] = {"type": "number", "minimum": 0}

    def read(self, written: Any) -> int:
        """Return the count of billionths."""
        value: int = stored(Kind.NUMBER, written)
        if value < 0:
            raise ValueError("must not be negative")
        if len(str(value).strip("0")) > 15:
            raise ValueError("must have at most fifteen digits")
        return value

    def restore(self, written: Any) -> int:
        """Return the count of billionths."""
        value: int = stored(Kind.NUMBER, written)
        return value

    def write(self, value: Any) -> int | float:
        """Return a whole number, or the fraction that JSON writes in the same digits."""
        whole, rest = divmod(value, 1_000_000_000)
        return float(Decimal(value).scaleb(-9)) if rest else whole

    def read_cell(self, cell: str) -> int:
        """Return the count of billionths of a number with a point."""
        if not _NUMBER.fullmatch(cell):
            raise ValueError("must be a number in digits, with a point before decimals: 1234.5")
        return self.read(Decimal(cell))

    def write_cell(self, value: Any) -> str:
        """Return the number in digits, without an exponent."""
        digits = f"{Decimal(value).scaleb(-9):f}"
        return digits.rstrip("0").rstrip(".") if "." in digits else digits


class Boolean(Attribute):
    """Yes or no."""

    kind = Kind.BOOLEAN
    column = ColumnType.BOOLEAN
    shape: ClassVar[Mapping[str, Any]] = {"type": "boolean"}

    def read(self, written: Any) -> bool:
        """Return true or false."""
        value: bool = stored(Kind.BOOLEAN, written)
        return value

    def read_cell(self, cell: str) -> bool:
        """Return true or false, in small or capital letters."""
        if (value := _BOOLEANS.get(cell.lower())) is None:
            raise ValueError("must be true or false")
        return value

    def write_cell(self, value: Any) -> str:
        """Return `true` or `false`."""
        return "true" if value else "false"


_SOME_DATE: Final = re.compile(
    r"[0-9]{1,4}[/.][0-9]{1,2}[/.][0-9]{1,4}|[0-9]{1,2}-[0-9]{1,2}-[0-9]{2,4}"
)
_NUMBER: Final = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,19})?")
_BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "false": False}


def _language(written: Any) -> str:
    if not isinstance(written, str) or not is_language_tag(written):
        raise ValueError('must be a language tag, such as "fr" or "pt-BR"')
    return written
