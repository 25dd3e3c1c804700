"""A register that somebody adds: this file, and nothing else."""

from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Day, Text
from lrs.registers.form.keys import Code
from lrs.registers.form.register import Attributes, Register, Rejected


class Vehicle(Attributes):
    """What is known of a vehicle."""

    entity = Text("Entity", "Who keeps it.", among=Reference("entities"), required=True)
    bought_on = Day("Bought on", "The day on which it was bought.")


VEHICLES = Register(
    name="vehicles",
    title="Vehicles",
    meaning="Cars and lorries.",
    key=Code("The number plate."),
    schema=Vehicle,
    accepted={"key": "UN 17", "attributes": {"entity": "DOS", "bought_on": "2024-02-29"}},
    rejected=Rejected(
        {"key": "UN 17", "attributes": {"entity": "DOS", "bought_on": "2023-02-29"}}, "bought_on"
    ),
)
