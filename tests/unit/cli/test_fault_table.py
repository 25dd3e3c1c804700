"""The table of faults, as a terminal shows it."""

import io

from rich.console import Console

from lrs.cli.fault_table import SHOWN, show
from lrs.registers.files.fault import WHOLE_FILE, Fault


def shown(*faults: Fault) -> str:
    out = io.StringIO()
    show(faults, Console(file=out, width=160))
    return out.getvalue()


def test_a_fault_is_told_with_line_field_value_rule_and_what_would_be_right() -> None:
    text = shown(Fault(3, 1, "entity", "[HR]", "reference", "must be a key of entities"))
    (row,) = [line for line in text.splitlines() if "reference" in line]
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "3",
        "entity",
        "[HR]",
        "reference",
        "must be a key of entities",
    ]


def test_what_concerns_no_field_is_told_of_the_row_or_the_file() -> None:
    assert "row" in shown(Fault(3, 1, "", "", "cells", "must have as many cells")).splitlines()[3]
    assert "file" in shown(Fault(1, WHOLE_FILE, "", "", "csv", "must be UTF-8")).splitlines()[3]


def test_of_many_faults_the_first_are_shown_and_the_others_counted() -> None:
    many = [Fault(line, line, "entity", "HR", "reference", "must") for line in range(SHOWN + 7)]
    assert "and 7 more" in shown(*many)
    assert "more" not in shown(*many[:SHOWN])
