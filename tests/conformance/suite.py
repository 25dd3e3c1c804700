"""Runs the official ADL conformance suite against the product and reads its log."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.product import Product

FLOOR: Final[Mapping[str, int]] = {"1.0.3": 1365, "2.0.0": 1442}
"""Tests of each battery, so that they cannot silently disappear."""

HOW: Final = """\
XAPI_SUITE must name a folder with the official suite, installed. To get one: clone the public
repository adlnet/lrs-conformance-test-suite, run `npm install` in it, then
`make conformance XAPI_SUITE=/path/to/it`.
"""

_REQUIREMENT: Final = re.compile(r"XAPI-[0-9]{5}")
_SECTION: Final = re.compile(r"\((?:[A-Za-z ]*, )*((?:Data|Communication|About)[ .#md]*[0-9.]+)")


@dataclass
class Battery:
    """What one battery found: tests passed and failed, in all and per requirement id."""

    version: str
    passed: int = 0
    failed: int = 0
    sections: dict[str, str] = field(default_factory=dict)
    per_requirement: dict[str, list[int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of tests."""
        return self.passed + self.failed


def run(suite: Path, product: Product, version: str) -> Battery:
    """Run one battery against a running product."""
    logs = suite / "logs"
    before = set(logs.glob("*.log"))
    command = ["node", "bin/console_runner.js", "-e", product.endpoint, "-a"]
    command += ["-u", product.key, "-p", product.secret, "-x", version]
    subprocess.run(command, cwd=suite, check=False, timeout=1800, env=dict(os.environ))
    (log,) = set(logs.glob("*.log")) - before
    return read(version, json.loads(log.read_text()))


def read(version: str, log: Mapping[str, Any]) -> Battery:
    """Count the tests of a log; each belongs to the requirements named in the titles above it."""
    battery = Battery(version)
    for titles, passed in _tests(log["log"], ()):
        if passed:
            battery.passed += 1
        else:
            battery.failed += 1
        named = " ".join(titles)
        section = _SECTION.search(named)
        for requirement in sorted(set(_REQUIREMENT.findall(named))):
            counted = battery.per_requirement.setdefault(requirement, [0, 0])
            counted[0 if passed else 1] += 1
            if section:
                battery.sections.setdefault(requirement, _tidy(section.group(1)))
    return battery


def _tests(node: Mapping[str, Any], titles: tuple[str, ...]) -> Iterator[tuple[list[str], bool]]:
    path = (*titles, node.get("title") or node.get("name") or "")
    children = node.get("tests") or []
    if not children:
        yield list(path), node.get("status") == "passed"
    for child in children:
        yield from _tests(child, path)


def _tidy(section: str) -> str:
    return re.sub(r"\.md#|\.md", " ", section).replace("  ", " ").rstrip(".")
