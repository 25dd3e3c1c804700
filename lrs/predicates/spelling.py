"""Operations of the compiler that databases spell differently, each with its PostgreSQL spelling.

Another dialect is added by another `@compiles` of the same elements, not by another compiler. What
an operation answers is the same everywhere, unknown values included, and the evaluator answers it:

- in no list (NULL): unknown; in an empty list: false, whatever the item;
- an item that is unknown, in a list that is not empty: unknown;
- an item that is not in the list: false, or unknown where the list has an unknown item.
"""

from typing import Any

from sqlalchemy import Boolean, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class PrimarySubtag(FunctionElement[str]):
    """The primary subtag of a language tag, its ASCII letters small."""

    type = Text()
    inherit_cache = True


class ListHas(FunctionElement[bool]):
    """Whether a list of texts has an item: arguments list, item."""

    type = Boolean()
    inherit_cache = True


class LanguagesHave(FunctionElement[bool]):
    """Whether a list of language tags has one of a primary subtag: arguments list, subtag."""

    type = Boolean()
    inherit_cache = True


def _subtag(tag: str) -> str:
    """Collation C: elsewhere `lower` would turn a Turkish I into a letter that is not ASCII."""
    return f"lower(split_part({tag}, '-', 1) COLLATE \"C\")"


@compiles(PrimarySubtag)
def _primary_subtag(element: PrimarySubtag, compiler: SQLCompiler, **options: Any) -> str:
    (tag,) = element.clauses
    return _subtag(compiler.process(tag, **options))


@compiles(ListHas)
def _list_has(element: ListHas, compiler: SQLCompiler, **options: Any) -> str:
    values, item = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({item} = ANY ({values}))"


@compiles(LanguagesHave)
def _languages_have(element: LanguagesHave, compiler: SQLCompiler, **options: Any) -> str:
    tags, subtag = (compiler.process(clause, **options) for clause in element.clauses)
    subtags = f"ARRAY(SELECT {_subtag('tag')} FROM unnest({tags}) AS tags (tag))"
    return f"(CASE WHEN {tags} IS NOT NULL THEN {subtag} = ANY ({subtags}) END)"
