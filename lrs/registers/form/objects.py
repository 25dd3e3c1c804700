"""Fields that hold an object: texts in several languages, words by IRI, a predicate."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from lrs.errors import InvalidError
from lrs.predicates.fields import Vocabulary, check
from lrs.predicates.reader import read
from lrs.predicates.values import Kind
from lrs.registers.form.attribute import Attribute, ColumnType
from lrs.registers.form.fields import LONGEST
from lrs.registers.form.text import checked_text, plain, read_json, write_json
from lrs.xapi.formats import is_iri, is_language_tag


class _Object(Attribute):
    """A field that holds an object; a cell holds its JSON."""

    column = ColumnType.JSONB
    shape: ClassVar[Mapping[str, Any]] = {"type": "object"}

    def read_cell(self, cell: str) -> Any:
        """Return the object that is written in the cell."""
        return self.read(read_json(cell))

    def write_cell(self, value: Any) -> str:
        """Return the object as JSON."""
        return write_json(self.write(value))


class Localized(_Object):
    """A text in several languages, by language tag.

    CSV has a column for each language (`title.en`, `title.fr`); what a file says of one language
    leaves the others as they are.
    """

    kind = Kind.LOCALIZED
    shape: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "example": {"en": "Nairobi"},
    }

    def read(self, written: Any) -> dict[str, str]:
        """Return the object from tag to text, at least one."""
        if not isinstance(written, Mapping) or not written:
            raise ValueError('must be an object from language to text, such as {"en": "Nairobi"}')
        for tag in written:
            checked_tag(tag)
        return {tag: checked_text(text, LONGEST) for tag, text in written.items()}

    def read_cell(self, cell: str) -> dict[str, str]:
        """Return the object that is written in the cell of a column without a language."""
        if not cell.startswith("{"):
            raise ValueError(
                f"must name the language: in the header, such as {self.name}.en, or as JSON, such "
                'as {"en": "Nairobi"}'
            )
        return self.read(read_json(cell))


class WordsByIri(_Object):
    """One of listed words for each of some IRIs."""

    def read(self, written: Any) -> dict[str, str]:
        """Return the object from IRI to word."""
        words = ", ".join(self.one_of)
        if not isinstance(written, Mapping):
            raise ValueError(f"must be an object from IRI to one of {words}")
        for iri, word in written.items():
            if not is_iri(iri):
                raise ValueError(f"must have IRIs for names; {iri[:60]} is none")
            if word not in self.one_of:
                raise ValueError(f"must say of each IRI one of {words}")
        return dict(written)

    def enumerated(self) -> dict[str, Any]:
        """Return the part of the JSON Schema that lists the words."""
        return {"additionalProperties": {"type": "string", "enum": list(self.one_of)}}


class Rule(_Object):
    """A predicate over a register (docs/predicates.md)."""

    def __init__(
        self, title: str, meaning: str, *, required: bool = False, over: Callable[[], Vocabulary]
    ) -> None:
        super().__init__(title, meaning, required=required)
        self._over = over

    def read(self, written: Any) -> Any:
        """Return the predicate as written; all that is wrong with it is told in one text."""
        try:
            check(read(written), self._over())
        except InvalidError as refused:
            found = [f"{one.path}: {one.message}".removeprefix(": ") for one in refused.violations]
            raise ValueError("must be a predicate; " + "; ".join(found)) from refused
        return plain(written)


def checked_tag(tag: str) -> str:
    """Return a language tag; raises `ValueError`."""
    if not is_language_tag(tag):
        raise ValueError(f'must have language tags for names, such as "fr"; {tag[:60]} is none')
    return tag
