"""What names a subject of a register: a code, an IRI, an identity of xAPI, a pair of codes.

A key has three forms: as JSON writes it (a text or an object), as the cells of a CSV row (one
column or several), and the canonical text, one for each subject, by which all else knows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from lrs.registers.form.text import LONGEST_KEY, checked_text
from lrs.xapi.agent import agent_of, identity
from lrs.xapi.formats import is_iri
from lrs.xapi.structure import ACTOR
from lrs.xapi.version import Version

_TEXT: Final[Mapping[str, Any]] = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY}


class KeyForm(Protocol):
    """The form of the keys of one register."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a CSV file that hold the key."""

    @property
    def meaning(self) -> str:
        """What the key is, for people."""

    @property
    def shape(self) -> Mapping[str, Any]:
        """The JSON Schema of a key."""

    @property
    def in_path(self) -> bool:
        """Whether a key may stand in the path of an address: a text that is no IRI."""

    def canonical(self, written: Any) -> str:
        """Return the canonical text of a key of JSON; raises `ValueError`."""

    def written(self, canonical: str) -> Any:
        """Return the key as JSON writes it."""

    def of_cells(self, cells: Mapping[str, str]) -> Any:
        """Return the key of JSON that cells of these columns make; empty cells are left out."""

    def cells(self, canonical: str) -> dict[str, str]:
        """Return the cells of a key."""


@dataclass(frozen=True, slots=True)
class Code:
    """A text that the organization chose: a person id, a code, a catalogue id."""

    meaning: str
    columns: tuple[str, ...] = ("key",)

    @property
    def shape(self) -> Mapping[str, Any]:
        """A text."""
        return _TEXT

    @property
    def in_path(self) -> bool:
        """Whatever the text: one that holds a slash goes into the query all the same."""
        return True

    def canonical(self, written: Any) -> str:
        """Return the text itself."""
        return checked_text(written, LONGEST_KEY)

    def written(self, canonical: str) -> str:
        """Return the text itself."""
        return canonical

    def of_cells(self, cells: Mapping[str, str]) -> str:
        """Return what the one cell holds."""
        return cells.get("key", "")

    def cells(self, canonical: str) -> dict[str, str]:
        """Return the one cell."""
        return {"key": canonical}


class Iri(Code):
    """An IRI that others gave, such as that of a credential."""

    __slots__ = ()

    @property
    def shape(self) -> Mapping[str, Any]:
        """A text that is an IRI."""
        return {**_TEXT, "format": "iri"}

    @property
    def in_path(self) -> bool:
        """Not so: an IRI has slashes."""
        return False

    def canonical(self, written: Any) -> str:
        """Return the IRI itself."""
        text = checked_text(written, LONGEST_KEY)
        if not is_iri(text):
            raise ValueError("must be an IRI with its scheme, such as https://example.org/c/1")
        return text


@dataclass(frozen=True, slots=True)
class Pair:
    """Two codes that name a subject together, such as a list and a code in it."""

    meaning: str
    columns: tuple[str, str]
    in_path: bool = False

    @property
    def shape(self) -> Mapping[str, Any]:
        """An object with both codes."""
        texts = dict.fromkeys(self.columns, _TEXT)
        return {"type": "object", "properties": texts, "required": list(self.columns)}

    def canonical(self, written: Any) -> str:
        """Return both codes; the length of the first keeps a colon in it from imitating another."""
        if not isinstance(written, Mapping) or set(written) != set(self.columns):
            first, second = self.columns
            raise ValueError(f'must be {{"{first}": ..., "{second}": ...}}')
        first, second = (checked_text(written[column], LONGEST_KEY // 2) for column in self.columns)
        return pair(first, second)

    def written(self, canonical: str) -> dict[str, str]:
        """Return the object with both codes."""
        length, _, rest = canonical.partition(":")
        first, second = rest[: int(length)], rest[int(length) + 1 :]
        return dict(zip(self.columns, (first, second), strict=True))

    def of_cells(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Return the object with both codes."""
        return {column: cells[column] for column in self.columns if column in cells}

    def cells(self, canonical: str) -> dict[str, str]:
        """Return a cell for each code."""
        return self.written(canonical)


def pair(first: str, second: str) -> str:
    """Return the canonical text of a pair of codes."""
    return f"{len(first)}:{first}:{second}"


_HOME_PAGE: Final = "account_home_page"
_NAME: Final = "account_name"
_AN_IDENTITY: Final = (
    'must be one of {"mbox": "mailto:..."}, {"mbox_sha1sum": 40 hexadecimal digits}, '
    '{"openid": an IRI}, {"account": {"homePage": an IRI, "name": a text}}'
)


@dataclass(frozen=True, slots=True)
class Identity:
    """By what the statements of xAPI name a person: one inverse functional identifier.

    Two ways to write an identity have one canonical text, as in statements (`agent.identity`).
    """

    meaning: str
    columns: tuple[str, ...] = ("mbox", "mbox_sha1sum", "openid", _HOME_PAGE, _NAME)
    in_path: bool = False

    @property
    def shape(self) -> Mapping[str, Any]:
        """An object with one of the four."""
        account = {"homePage": {"type": "string", "format": "iri"}, "name": _TEXT}
        return {
            "type": "object",
            "properties": {
                "mbox": {"type": "string", "format": "iri"},
                "mbox_sha1sum": _TEXT,
                "openid": {"type": "string", "format": "iri"},
                "account": {"type": "object", "properties": account, "required": [*account]},
            },
        }

    def canonical(self, written: Any) -> str:
        """Return the key by which statements are found."""
        if (
            not isinstance(written, Mapping)
            or not written.keys() <= {"mbox", "mbox_sha1sum", "openid", "account"}
            or not ACTOR[Version.V1_0_3].holds(dict(written))
        ):
            raise ValueError(_AN_IDENTITY)
        return checked_text(identity(written), LONGEST_KEY)

    def written(self, canonical: str) -> dict[str, Any]:
        """Return the Agent without its type."""
        agent = agent_of(canonical, group=False)
        del agent["objectType"]
        return agent

    def of_cells(self, cells: Mapping[str, str]) -> dict[str, Any]:
        """Return the identity; an address of electronic mail needs no `mailto:`."""
        found: dict[str, Any] = {
            kind: cells[kind] for kind in ("mbox", "mbox_sha1sum", "openid") if kind in cells
        }
        if "@" in found.get("mbox", "") and ":" not in found["mbox"]:
            found["mbox"] = f"mailto:{found['mbox']}"
        if _HOME_PAGE in cells or _NAME in cells:
            found["account"] = {"homePage": cells.get(_HOME_PAGE), "name": cells.get(_NAME)}
        return found

    def cells(self, canonical: str) -> dict[str, str]:
        """Return the cells of the identity."""
        found = self.written(canonical)
        if (account := found.pop("account", None)) is not None:
            found = {_HOME_PAGE: account["homePage"], _NAME: account["name"]}
        return found
