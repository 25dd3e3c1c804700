"""Writes the conformance page: the suite's result, and which of our tests hold each requirement."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.conformance.suite import Battery


class Holders:
    """A pytest plugin that learns which tests hold which requirement, by their marks."""

    def __init__(self) -> None:
        self.tests: dict[str, set[str]] = {}

    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        """Note the marks of every collected test."""
        for item in items:
            for mark in item.iter_markers("requirement"):
                for requirement in mark.args:
                    name = item.nodeid.partition("[")[0]
                    self.tests.setdefault(requirement, set()).add(name)


def held() -> Mapping[str, set[str]]:
    """Return the names of our tests for each requirement."""
    holders = Holders()
    code = pytest.main(
        ["--collect-only", "-qq", "-W", "ignore", "-p", "no:cacheprovider", "tests"], [holders]
    )
    if code != pytest.ExitCode.OK:
        raise RuntimeError("the tests cannot be collected")
    return holders.tests


def write(
    batteries: Sequence[Battery], tests: Mapping[str, set[str]], suite: str, date: str
) -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines(batteries, tests, suite, date)) + "\n"


def _lines(
    batteries: Sequence[Battery], tests: Mapping[str, set[str]], suite: str, date: str
) -> Iterator[str]:
    yield "# Conformance"
    yield ""
    yield "Made by `make conformance XAPI_SUITE=/path`; do not edit."
    yield ""
    yield f"Official ADL LRS conformance suite {suite}, run on {date}, on the embedded default:"
    yield ""
    yield "| xAPI | passed | failed | tests |"
    yield "| --- | --- | --- | --- |"
    for battery in batteries:
        passed, failed = battery.passed, battery.failed
        yield f"| {battery.version} | {passed} | {failed} | {battery.total} |"
    yield ""
    yield "Per requirement: the tests of the suite that name it (passed / all), and tests of ours."
    for section, requirements in _by_section(batteries, tests).items():
        yield from _section(section, requirements, batteries, tests)


def _section(
    section: str,
    requirements: Sequence[str],
    batteries: Sequence[Battery],
    tests: Mapping[str, set[str]],
) -> Iterator[str]:
    yield ""
    yield f"## {section}"
    yield ""
    yield f"| requirement | {' | '.join(f'suite {b.version}' for b in batteries)} | our tests |"
    yield f"| --- |{' --- |' * len(batteries)} --- |"
    for requirement in requirements:
        counts = " | ".join(_count(battery, requirement) for battery in batteries)
        names = ", ".join(f"`{_short(name)}`" for name in sorted(tests.get(requirement, ())))
        yield f"| {requirement} | {counts} | {names} |"


def _count(battery: Battery, requirement: str) -> str:
    passed, failed = battery.per_requirement.get(requirement, (0, 0))
    return f"{passed} / {passed + failed}" if passed + failed else ""


def _by_section(
    batteries: Sequence[Battery], tests: Mapping[str, set[str]]
) -> Mapping[str, list[str]]:
    sections: dict[str, str] = {}
    for battery in reversed(batteries):
        sections |= battery.sections
    known = set(tests).union(*(battery.per_requirement for battery in batteries))
    grouped: dict[str, list[str]] = {}
    for requirement in sorted(known):
        grouped.setdefault(_place(requirement, sections), []).append(requirement)
    return dict(sorted(grouped.items(), key=lambda entry: _order(entry[0])))


def _place(requirement: str, sections: Mapping[str, str]) -> str:
    if requirement in sections:
        return sections[requirement]
    named = re.match(r"((?:Data|Communication|Base) [0-9.]+)", requirement)
    return named.group(1).rstrip(".") if named else "Elsewhere"


def _order(section: str) -> tuple[Any, ...]:
    part, _, number = section.partition(" ")
    return part, [int(digits) for digits in re.findall(r"[0-9]+", number)]


def _short(name: str) -> str:
    path, _, test = name.partition("::")
    return f"{path.removeprefix('tests/').removesuffix('.py')}::{test}"
