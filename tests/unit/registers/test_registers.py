"""What holds for each register, whatever its file says."""

from typing import Any

import msgspec
import pytest
from marshmallow import ValidationError

from lrs.errors import NotFoundError
from lrs.events.registers import RegisterEntry
from lrs.registers.files.fault import OF_ENTRY
from lrs.registers.files.json_files import read_document
from lrs.registers.form.attribute import Attribute, Reference
from lrs.registers.form.discovery import discover, register
from lrs.registers.form.entry import read_attributes, read_entry, state, write_entry
from lrs.registers.form.fields import Number, Text
from lrs.registers.form.register import Register

REGISTERS = {**discover(), **discover("tests.unit.registers.added")}
each = pytest.mark.parametrize("known", REGISTERS.values(), ids=REGISTERS)


def test_the_registers_are_those_of_the_design() -> None:
    assert list(discover()) == [
        "activities",
        "deliveries",
        "duty-stations",
        "entities",
        "identities",
        "lists",
        "merges",
        "people",
        "sources",
        "target-groups",
    ]


def test_a_register_is_added_by_one_file() -> None:
    (vehicles,) = discover("tests.unit.registers.added").values()
    assert vehicles.headers == ("key", "from", "entity", "bought_on", "end", "retract")
    assert vehicles.references == {"entity": Reference("entities")}


def test_a_register_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(NotFoundError, match="peoples; there are activities, "):
        register("peoples")


@each
def test_the_accepted_example_is_accepted(known: Register) -> None:
    reading = read_document(known, [known.accepted])
    assert reading.faults == []
    assert len(reading.rows) == 1
    assert known.schema().load(known.accepted["attributes"]) == reading.rows[0].attributes


@each
def test_the_rejected_example_is_rejected_for_the_field_it_names(known: Register) -> None:
    reading = read_document(known, [known.rejected.entry])
    assert [fault.field for fault in reading.faults] == [known.rejected.field]
    if known.rejected.field != "key":
        with pytest.raises(ValidationError) as refused:
            known.schema().load(known.rejected.entry["attributes"])
        assert refused.value.messages_dict.keys() == {known.rejected.field}


@each
def test_an_entry_comes_back_from_the_log_as_it_was(known: Register) -> None:
    reading = read_document(known, [known.accepted])
    (row,) = reading.rows
    assert row.since is not None
    entry = state(row.key, row.since, row.attributes)
    text = msgspec.json.encode(write_entry(known, entry))
    recorded = msgspec.json.decode(text, type=RegisterEntry)
    assert recorded.key == known.accepted["key"]
    assert recorded.attributes == known.accepted["attributes"]
    assert read_entry(known, recorded) == entry


@each
def test_every_field_has_a_title_and_a_sentence(known: Register) -> None:
    described: list[Any] = [*known.fields.values(), *known.derived, known]
    assert [one for one in described if not one.title or not one.meaning.endswith(".")] == []
    assert known.key.meaning.endswith(".")


@each
def test_no_field_has_a_name_that_an_entry_needs_for_itself(known: Register) -> None:
    names = {*known.fields, *(one.name for one in known.derived)}
    assert names & (OF_ENTRY | set(known.key.columns)) == set()
    assert any(field.required for field in known.fields.values())


@each
def test_references_lead_to_registers_that_exist(known: Register) -> None:
    named = [one.register for one in known.references.values()]
    named += [one.source for one in known.derived]
    assert set(named) <= set(discover())


@each
def test_a_schema_for_documents_of_the_api_describes_every_field(known: Register) -> None:
    for field in known.fields.values():
        assert {"type", "title", "description"} <= field.metadata.keys()


def test_documents_of_the_api_allow_null_where_a_value_may_be_unknown() -> None:
    assert register("people").fields["kind"].metadata["enum"][-1] == "external"
    assert register("activities").fields["mode"].metadata["enum"][-1] is None


def test_what_the_log_holds_is_read_although_a_word_is_no_longer_allowed() -> None:
    people = register("people")
    assert read_attributes(people, {"kind": "intern", "shoe_size": 44, "gender": None}) == {
        "kind": "intern"
    }


@pytest.mark.parametrize(
    ("field", "written"),
    [
        (Number("", ""), 0.1),
        (Number("", ""), 123456789.123456),
        (Number("", ""), 9223372036),
        (Number("", ""), 0),
    ],
)
def test_numbers_come_back_in_the_same_digits(field: Attribute, written: Any) -> None:
    value = field.read(written)
    assert field.write(value) == written
    assert field.read_cell(field.write_cell(value)) == value


@pytest.mark.parametrize("written", [-1, 1234567890.123456, "1", True])
def test_numbers_that_some_reader_would_change_are_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        Number("", "").read(written)


@pytest.mark.parametrize("written", ["", " a", "a\t", "a" * 2001, 7, "a\0b", "\ud800"])
def test_texts_that_a_cell_would_not_keep_are_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        Text("", "").read(written)
