"""Files as rows: every format, and every bad row with its place."""

import json

import pytest

from lrs.registers.files.fault import report
from lrs.registers.files.json_files import read_document, read_json, read_lines
from lrs.registers.files.read import read_csv_file
from lrs.registers.files.row import Reading, Translations
from lrs.registers.form.days import EVER
from lrs.registers.form.discovery import register
from tests.unit.registers.known import DAY

PEOPLE = register("people")
HEADER = "key,from,kind,entity,duty_station"


def read(text: str, since: str = "2025-01-01", name: str = "people") -> Reading:
    return read_csv_file(register(name), text.encode(), DAY(since) if since else None)


def faults(reading: Reading) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.field, fault.rule) for fault in reading.faults]


@pytest.mark.parametrize(
    ("mark", "delimiter", "newline"),
    [("", ",", "\n"), ("\ufeff", ";", "\r\n"), ("", "\t", "\r\n")],
)
def test_a_file_is_read_as_spreadsheets_write_it(mark: str, delimiter: str, newline: str) -> None:
    lines = [
        ["Key", " Duty Station", "FROM", "kind", "entity", "functions", "languages"],
        ["p1", "NBO", "2025-03-01", "staff", " DOS ", '"fro; trainer"', "fr"],
        ["", "", "", "", "", "", ""],
        ["p2", "GVA", "", "external", '"D""S"', "", ""],
    ]
    text = mark + newline.join(delimiter.join(cells) for cells in lines)
    reading = read(text)
    assert reading.faults == []
    first, second = reading.rows
    assert (first.line, first.key, first.since) == (2, "p1", DAY("2025-03-01"))
    assert first.attributes == {
        "duty_station": "NBO",
        "kind": "staff",
        "entity": "DOS",
        "functions": ("fro", "trainer"),
        "languages": ("fr",),
    }
    assert (second.line, second.since) == (4, EVER)
    assert second.attributes["entity"] == 'D"S'
    assert second.attributes["functions"] is None


def test_what_has_no_column_is_absent_and_an_empty_cell_is_unknown() -> None:
    (row,) = read("key,from,gender\np1,2025-01-01,\n").rows
    assert row.attributes == {"gender": None}


def test_the_day_of_the_file_is_for_rows_without_a_column() -> None:
    text = "key,gender\np1,female\n"
    assert read(text, "2025-02-01").rows[0].since == DAY("2025-02-01")
    (fault,) = read(text, "").faults
    assert (fault.line, fault.field, fault.rule) == (2, "from", "required")


def test_a_row_with_an_end_and_nothing_else_only_ends() -> None:
    both, only = read(f"{HEADER},end\np1,,staff,DOS,NBO,2025-12-31\np2,,,,,2025-12-31\n").rows
    assert (both.since, both.end) == (EVER, DAY("2025-12-31"))
    assert (only.since, only.attributes, only.end) == (None, {}, DAY("2025-12-31"))


def test_a_row_that_is_taken_back_says_nothing_of_its_subject() -> None:
    (row,) = read(f"{HEADER},retract\np1,2025-03-01,,,,TRUE\n").rows
    assert (row.since, row.attributes, row.retract) == (DAY("2025-03-01"), {}, True)


def test_a_list_with_a_semicolon_in_an_item_stands_as_json() -> None:
    text = 'key,ids\na,"[""https://example.org/a;b""]"\nb,[]\nc,"https://x.org/1;https://x.org/2"\n'
    rows = read(text, name="activities").rows
    assert [row.attributes["ids"] for row in rows] == [
        ("https://example.org/a;b",),
        (),
        ("https://x.org/1", "https://x.org/2"),
    ]


def test_a_title_has_a_column_for_each_language() -> None:
    (row,) = read("key,title.en,title.fr\nNBO,Nairobi,\n", name="entities").rows
    assert row.attributes == {"title": Translations({"en": "Nairobi", "fr": None})}


def test_identities_stand_in_columns_of_their_own() -> None:
    text = "account_home_page,account_name,mbox,person\nhttps://lms.org,7,,p1\n,,ann@x.org,p1\n"
    assert [row.key for row in read(text, name="identities").rows] == [
        "account:15:https://lms.org:7",
        "mbox:mailto:ann@x.org",
    ]


def test_every_bad_row_is_reported_with_all_that_is_wrong() -> None:
    reading = read(
        f"{HEADER},entered_on_duty,languages,active_since\np1,2025-03-01,staff,DOS,NBO,,en,\n"
    )
    assert faults(reading) == [(1, "active_since", "unknown-field")]
    reading = read(
        f"{HEADER},entered_on_duty,languages\n"
        "p1,01/02/2025,intern,DOS,NBO,2019-02-29,english!\n"
        "p2,2025-03-01,staff,,NBO,,\n"
        "p3,2025-03-01,staff,DOS,NBO\n"
        ",2025-03-01,staff,DOS,NBO,,\n"
        f"p5,2025-03-01,staff,{'x' * 3000},NBO,,\n"
    )
    assert faults(reading) == [
        (2, "kind", "value"),
        (2, "entered_on_duty", "value"),
        (2, "languages", "value"),
        (2, "from", "value"),
        (3, "entity", "required"),
        (4, "", "cells"),
        (5, "key", "key"),
        (6, "entity", "value"),
    ]
    texts = {fault.field: fault.right for fault in reading.faults}
    assert "mapping states the format" in texts["from"]
    assert reading.faults[0].right == "must be one of staff, personnel, external"
    assert [fault.pointer for fault in reading.faults][:4] == [
        "/entries/0/attributes/kind",
        "/entries/0/attributes/entered_on_duty",
        "/entries/0/attributes/languages",
        "/entries/0/from",
    ]


def test_a_report_is_a_table_of_line_field_value_rule_and_what_would_be_right() -> None:
    reading = read(f'{HEADER}\np1,2025-03-01,"in,tern",DOS,NBO\n')
    assert report(reading.faults).splitlines() == [
        "line,field,value,rule,right",
        '2,kind,"in,tern",value,"must be one of staff, personnel, external"',
    ]


@pytest.mark.parametrize(
    ("header", "field", "right"),
    [
        ("key,entitty", "entitty", "is entity meant?"),
        ("key,region", "region", "follows from other registers"),
        ("key,entity,entity", "entity", "one column only"),
        ("kind,entity", "key", "must stand in a column: key"),
        ("key,entity.en", "entity.en", "must be a field"),
    ],
)
def test_a_header_that_cannot_be_is_refused(header: str, field: str, right: str) -> None:
    (fault,) = read(header + "\n").faults
    assert (fault.line, fault.field, fault.pointer) == (1, field, "")
    assert right in fault.right


@pytest.mark.parametrize(
    ("content", "line", "right"),
    [
        (b"", 1, "must have a header"),
        (b"key,entity\np1,D\xe9S\n", 2, "must be UTF-8"),
        (b'key,entity\np1,DOS\np2,"D\n', 3, "must be CSV"),
        (b"key,entity\np1," + b"x" * 140_000 + b"\n", 2, "at most 131072 characters"),
    ],
)
def test_what_is_no_csv_is_refused(content: bytes, line: int, right: str) -> None:
    (fault,) = read_csv_file(PEOPLE, content, 0).faults
    assert (fault.line, fault.rule) == (line, "csv")
    assert right in fault.right


def test_what_is_wrong_before_the_file_breaks_is_told_too() -> None:
    reading = read('key,kind\np1,intern\np2,"staff\n')
    assert faults(reading) == [(2, "kind", "value"), (3, "", "csv")]


def test_the_line_of_a_row_counts_lines_inside_cells() -> None:
    reading = read('key,gender,kind\np1,"fe\nmale",staff\np2,male,boss\n')
    assert faults(reading) == [(4, "kind", "value")]


def test_documents_and_lines_of_json_say_the_same() -> None:
    entries = [
        {"key": "p1", "from": "2025-03-01", "attributes": {"gender": None, "languages": ["fr"]}},
        {"key": "p1", "from": "2025-06-01", "retract": True},
        {"key": "p2", "end": "2025-12-31"},
        {"key": "p3", "attributes": {"kind": "staff"}},
        {"key": "p2", "end": "2025-12-31", "retract": True},
    ]
    rows = read_document(PEOPLE, {"entries": entries, "basis": "HR"}).rows
    assert [(row.key, row.since, row.end, row.retract) for row in rows] == [
        ("p1", DAY("2025-03-01"), None, False),
        ("p1", DAY("2025-06-01"), None, True),
        ("p2", None, DAY("2025-12-31"), False),
        ("p3", EVER, None, False),
        ("p2", None, DAY("2025-12-31"), True),
    ]
    assert rows[0].attributes == {"gender": None, "languages": ("fr",)}
    lines = "\n\n".join(map(json.dumps, entries)).encode()
    again = read_lines(PEOPLE, b"\xef\xbb\xbf" + lines).rows
    assert [(row.key, row.attributes) for row in again] == [
        (row.key, row.attributes) for row in rows
    ]
    assert [row.line for row in again] == [1, 3, 5, 7, 9]
    assert read_json(PEOPLE, json.dumps(entries).encode(), 7).rows[3].since == 7


def test_every_bad_entry_of_json_is_reported_by_pointer() -> None:
    reading = read_document(
        PEOPLE,
        [
            {"key": "p1", "from": "2025-13-01", "attributes": {"kind": 7, "entity": None}},
            {"key": 5, "frm": "2025-01-01", "attributes": []},
            {"key": "p3"},
            {"key": "p4", "retract": True, "attributes": {"kind": "staff"}},
            "p5",
            {"key": "p6", "from": 20250101, "attributes": {"region": "Africa"}},
            {"key": "p7", "retract": "yes", "attributes": {}},
        ],
    )
    assert reading.rows == []
    assert sorted((fault.pointer, fault.rule) for fault in reading.faults) == [
        ("/entries/0/attributes/entity", "required"),
        ("/entries/0/attributes/kind", "value"),
        ("/entries/0/from", "day"),
        ("/entries/1", "unknown-field"),
        ("/entries/1/attributes", "form"),
        ("/entries/1/key", "key"),
        ("/entries/2/attributes", "required"),
        ("/entries/3/attributes", "form"),
        ("/entries/4", "form"),
        ("/entries/5/attributes/region", "unknown-field"),
        ("/entries/5/from", "day"),
        ("/entries/6/retract", "boolean"),
    ]


@pytest.mark.parametrize("content", [b"{", b'{"entries": {}}', b"7"])
def test_what_is_no_list_of_entries_is_refused(content: bytes) -> None:
    (fault,) = read_json(PEOPLE, content).faults
    assert fault.pointer == ""


def test_a_line_that_is_no_json_leaves_the_others_to_be_checked() -> None:
    content = b'{"key": "p1"\n{"key": "p2", "attributes": {"kind": "boss"}}\n'
    assert faults(read_lines(PEOPLE, content)) == [(1, "", "json"), (2, "kind", "value")]
