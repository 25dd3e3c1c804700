"""The conformance page in the repository says what is true of this checkout."""

import re
from pathlib import Path

from tests.conformance.suite import FLOOR, read

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conformance.md"


def test_the_page_shows_every_test_of_both_batteries_passed() -> None:
    rows = re.findall(r"^\| (\d\.\d\.\d) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE.read_text(), re.M)
    shown = {version: (int(passed), int(failed)) for version, passed, failed, _ in rows}
    assert shown == {version: (count, 0) for version, count in FLOOR.items()}


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`([a-z_0-9/]+)::(\w+)`", PAGE.read_text()))
    assert len(named) > 20
    missing = [
        (path, test)
        for path, test in named
        if f"def {test}(" not in (ROOT / "tests" / f"{path}.py").read_text()
    ]
    assert missing == []


def test_a_test_counts_for_each_requirement_named_above_it() -> None:
    inner = {"title": "rejects x (Data 2.4.s1, XAPI-00002)", "tests": []}
    outer = "A rule (Data 2.2.s2, XAPI-00001)"
    tree = {"title": outer, "tests": [inner | {"status": "passed"}, inner | {"status": "failed"}]}
    battery = read("1.0.3", {"log": tree})
    assert (battery.passed, battery.failed) == (1, 1)
    assert battery.per_requirement == {"XAPI-00001": [1, 1], "XAPI-00002": [1, 1]}
