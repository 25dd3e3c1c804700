"""Every example of docs/predicates.md, and its tables, as the page says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lrs.predicates.evaluator import decision
from lrs.predicates.fields import Vocabulary, check
from lrs.predicates.reader import DEEPEST, LARGEST, read
from lrs.predicates.tree import PARAMETERS, Operator
from lrs.predicates.values import Kind, stored, subject

PAGE = (Path(__file__).parents[3] / "docs" / "predicates.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
KINDS = {
    **dict.fromkeys(["entity", "category", "location_type", "kind", "duty_station"], Kind.TEXT),
    **dict.fromkeys(["contract_type", "answer"], Kind.TEXT),
    **dict.fromkeys(["entered_on_duty", "due_at", "done_at"], Kind.DAY),
    "functions": Kind.TEXTS,
    "language": Kind.LANGUAGE,
    "languages": Kind.LANGUAGES,
    "person.languages": Kind.LANGUAGES,
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: json.dumps(example["predicate"]))
def test_an_example_holds_for_whom_the_page_says(example: dict[str, Any]) -> None:
    moments: dict[str, int] = {
        name: stored(Kind.INSTANT, example[name]) for name in PARAMETERS if name in example
    }
    vocabulary = Vocabulary(KINDS, example.get("sets", {}), tuple(moments))
    holds = decision(check(read(example["predicate"]), vocabulary), moments)
    shown = example["holds"] + example["does_not_hold"]
    assert all(one.keys() <= KINDS.keys() for one in shown)
    assert [one for one in shown if holds(subject(KINDS, one))] == example["holds"]


def test_the_page_names_every_operator_and_limit() -> None:
    assert EXAMPLES
    assert all(f"`{operator}`" in PAGE for operator in Operator)
    assert f"At most {DEEPEST} levels" in PAGE
    assert f"and {LARGEST:,} parts" in PAGE
