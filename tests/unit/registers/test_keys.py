"""Keys: one canonical text for each subject, whatever way it is written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.registers.form.keys import Code, Identity, Iri, Pair

IDENTITY = Identity("Who.")
PAIR = Pair("Which.", ("list", "code"))
WORDS = st.text("a:1b", min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("written", "cells"),
    [
        ({"mbox": "mailto:ann@example.org"}, {"mbox": "mailto:ann@example.org"}),
        ({"openid": "https://example.org/ann"}, {"openid": "https://example.org/ann"}),
        (
            {"account": {"homePage": "https://a.example.org", "name": "7:1"}},
            {"account_home_page": "https://a.example.org", "account_name": "7:1"},
        ),
    ],
)
def test_an_identity_is_the_same_as_json_as_cells_and_as_text(
    written: dict[str, Any], cells: dict[str, str]
) -> None:
    canonical = IDENTITY.canonical(written)
    assert IDENTITY.written(canonical) == written
    assert IDENTITY.cells(canonical) == cells
    assert IDENTITY.of_cells(cells) == written


def test_two_ways_to_write_an_address_are_one_identity() -> None:
    small = IDENTITY.canonical(IDENTITY.of_cells({"mbox": "Ann@example.org"}))
    assert small == IDENTITY.canonical({"mbox": "mailto:Ann@EXAMPLE.org"})


@pytest.mark.parametrize(
    "written",
    [
        None,
        "ann",
        {},
        {"name": "Ann"},
        {"mbox": "ann"},
        {"mbox": "mailto:a@example.org", "openid": "https://example.org/a"},
        {"account": {"homePage": "https://example.org", "name": None}},
        {"objectType": "Agent", "mbox": "mailto:a@example.org"},
    ],
)
def test_what_names_nobody_or_two_is_no_identity(written: Any) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        IDENTITY.canonical(written)


@given(WORDS, WORDS, WORDS, WORDS)
def test_no_pair_imitates_another(one: str, two: str, three: str, four: str) -> None:
    first = PAIR.canonical({"list": one, "code": two})
    assert PAIR.written(first) == {"list": one, "code": two}
    second = PAIR.canonical({"list": three, "code": four})
    assert (first == second) is ((one, two) == (three, four))


@pytest.mark.parametrize("written", [None, "a", {"list": "a"}, {"list": "a", "code": ""}])
def test_half_a_pair_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        PAIR.canonical(written)


def test_an_iri_needs_its_scheme() -> None:
    assert Iri("Which.").canonical("https://example.org/c/1") == "https://example.org/c/1"
    with pytest.raises(ValueError, match="scheme"):
        Iri("Which.").canonical("c/1")


def test_a_code_without_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        Code("Which.").canonical(Code("Which.").of_cells({}))
