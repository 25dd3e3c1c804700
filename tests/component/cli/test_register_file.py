"""The FILE of `lrs register import`: its form by its name, mappings by name or by file."""

import json
from pathlib import Path

import click
import pytest

from lrs import clock
from lrs.cli.register_file import read_file
from lrs.errors import InvalidError, NotFoundError
from lrs.registers.form.discovery import register

PEOPLE = register("people")


def written(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.write_text(content, "utf-8")
    return file


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people.csv", "key,from,kind\np1,,staff\n"),
        ("people.TSV", "key\tfrom\tkind\np1\t\tstaff\n"),
        ("people.json", '[{"key": "p1", "attributes": {"kind": "staff"}}]'),
        ("people.jsonl", '{"key": "p1", "attributes": {"kind": "staff"}}\n'),
        ("people.ndjson", '{"key": "p1", "attributes": {"kind": "staff"}}\n'),
    ],
)
def test_the_name_says_how_a_file_is_read(tmp_path: Path, name: str, content: str) -> None:
    (row,) = read_file(PEOPLE, written(tmp_path, name, content), None, None).rows
    assert (row.key, row.attributes) == ("p1", {"kind": "staff"})


def test_a_file_of_another_kind_is_refused_with_the_names_that_will_do(tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter, match=r"\.csv, \.json, \.ndjson"):
        read_file(PEOPLE, written(tmp_path, "people.xlsx", ""), None, None)


def test_users_of_scim_hold_from_today_unless_a_day_is_given(tmp_path: Path) -> None:
    user = {
        "employeeNumber": "p1",
        "userType": "Contractor",
        "department": "DOS",
        "addresses": [{"locality": "NBO"}],
        "active": True,
    }
    file = written(tmp_path, "users.json", json.dumps({"Resources": [user]}))
    before = clock.today()
    (row,) = read_file(PEOPLE, file, None, "scim-people").rows
    assert row.since in {before, clock.today()}
    assert row.attributes["kind"] == "personnel"
    (row,) = read_file(PEOPLE, file, 7, "scim-people").rows
    assert row.since == 7


def test_a_mapping_that_is_none_is_told_with_those_that_ship(tmp_path: Path) -> None:
    file = written(tmp_path, "people.csv", "key\n")
    with pytest.raises(NotFoundError, match=r"oneroster-orgs.*scim-people"):
        read_file(PEOPLE, file, None, "oneroster")


def test_a_mapping_that_does_not_fit_is_told_with_every_place(tmp_path: Path) -> None:
    file = written(tmp_path, "people.csv", "Id\n")
    mapping = {"columns": {"Id": "key", "Dept": "departement"}, "dates": {"from": "DD/MM"}}
    named = str(written(tmp_path, "mapping.json", json.dumps(mapping)))
    with pytest.raises(InvalidError, match=r"/columns/Dept.*/dates/from"):
        read_file(PEOPLE, file, None, named)


def test_lines_of_json_take_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="a mapping is for CSV"):
        read_file(PEOPLE, written(tmp_path, "p.ndjson", "{}"), None, "scim-people")
