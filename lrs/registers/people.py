"""The register of people: who is assigned where, in which capacity, from which day."""

from typing import Final

from lrs.predicates.values import Kind
from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Day, Languages, Text, Texts
from lrs.registers.form.keys import Code
from lrs.registers.form.register import Attributes, Derived, Register, Rejected


class Person(Attributes):
    """What an assignment says of a person."""

    kind = Text(
        "Kind",
        "Staff, other personnel (consultants, volunteers, contractors), or external learners.",
        among=("staff", "personnel", "external"),
        required=True,
    )
    entity = Text(
        "Entity",
        "The entity to which the person is assigned.",
        among=Reference("entities"),
        required=True,
    )
    duty_station = Text(
        "Duty station",
        "Where the person works.",
        among=Reference("duty-stations"),
        required=True,
    )
    category = Text(
        "Category",
        "The category of staff, a code of the list categories.",
        among=Reference("lists", of_list="categories"),
    )
    grade_group = Text("Grade group", "A group of grades, such as P1-P3 or D.")
    gender = Text("Gender", "As the organization records gender, such as female or male.")
    contract_type = Text("Contract type", "Such as continuing, fixed-term, temporary.")
    reporting_officer = Text(
        "Reporting officer",
        "The person to whom this person reports first.",
        among=Reference("people", acyclic=True),
    )
    functions = Texts("Functions", "What the person does for others: fro, sro, trainer.")
    languages = Languages("Languages", "The languages in which the person can learn.")
    entered_on_duty = Day("Entered on duty", "The first day of service.")


_MARCH: Final = {"kind": "staff", "entity": "DOS", "duty_station": "NBO"}

PEOPLE: Final = Register(
    name="people",
    title="People",
    meaning="Persons and their assignments over time.",
    key=Code("The person id: opaque, never an address or a name."),
    schema=Person,
    personal=True,
    accepted={
        "key": "p1",
        "from": "2025-03-01",
        "attributes": {**_MARCH, "languages": ["fr", "en"], "entered_on_duty": "2019-07-01"},
    },
    rejected=Rejected(
        {"key": "p1", "from": "2025-03-01", "attributes": {**_MARCH, "kind": "intern"}}, "kind"
    ),
    derived=(
        Derived(
            "active",
            Kind.BOOLEAN,
            "Active",
            "An assignment holds on that day, and its kind is staff.",
            "people",
        ),
        Derived("entity_group", Kind.TEXT, "Group", "The group of the entity.", "entities"),
        Derived(
            "location_type",
            Kind.TEXT,
            "Type of location",
            "The type of the duty station.",
            "duty-stations",
        ),
        Derived("region", Kind.TEXT, "Region", "The region of the duty station.", "duty-stations"),
        Derived(
            "target_groups",
            Kind.TEXTS,
            "Target groups",
            "The codes of the target groups whose rule holds for the person.",
            "target-groups",
        ),
    ),
)
