import functools
import json
import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.xapi.path import pointer, render

STEPS = st.lists(st.integers(0, 99) | st.text('ab_0 ~/"[]\\.$é\n', max_size=70), max_size=6)


@given(steps=STEPS)
def test_the_pointer_of_a_rendered_path_leads_to_the_same_place(steps: list[str | int]) -> None:
    value: Any = "found"
    for step in reversed(steps):
        value = [None] * step + [value] if isinstance(step, int) else {step: value}
    assert resolved(value, pointer(render(steps))) == "found"


def resolved(value: Any, text: str) -> Any:
    """Follow a JSON Pointer as RFC 6901 4 has it."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]
    return functools.reduce(
        lambda at, step: operator.getitem(at, int(step) if isinstance(at, list) else step),
        steps,
        json.loads(json.dumps(value)),
    )


@pytest.mark.parametrize("path", ["body", "part 3", "form content", ""])
def test_what_is_no_place_in_the_body_points_to_the_whole(path: str) -> None:
    assert pointer(path) == ""
