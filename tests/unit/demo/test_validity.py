"""Every statement of the demo is valid xAPI 1.0.3."""

from lrs.demo.story import JSON
from lrs.xapi.validation import violations
from lrs.xapi.version import Version


def test_every_statement_is_valid(year: list[tuple[str, JSON]]) -> None:
    broken = [(told, found) for _, told in year if (found := violations(told, Version.V1_0_3))]
    assert broken == []
