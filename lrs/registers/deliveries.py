"""The register of deliveries: when an activity was held, for how many, at what cost."""

from typing import Final

from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Day, Number, Text
from lrs.registers.form.keys import Code
from lrs.registers.form.register import Attributes, Register, Rejected


class Delivery(Attributes):
    """One time that an activity was held."""

    activity = Text(
        "Activity",
        "The activity of the catalogue that was held.",
        among=Reference("activities"),
        required=True,
    )
    owner_entity = Text("Owner", "The entity that held the activity.", among=Reference("entities"))
    held_on = Day("Held on", "The first day.")
    participants = Number("Participants", "How many people took part.")
    cost = Number("Cost", "What the delivery cost, in the currency of the store.")
    co2e_kg = Number("Emissions", "Greenhouse gases of travel and venue, in kg of CO2 equivalent.")
    funding_source = Text(
        "Funding source",
        "Who paid, a code of the list funding-sources.",
        among=Reference("lists", of_list="funding-sources"),
    )


DELIVERIES: Final = Register(
    name="deliveries",
    title="Deliveries",
    meaning="Activities as they were held.",
    key=Code("The id of the delivery."),
    schema=Delivery,
    accepted={
        "key": "2025-017",
        "attributes": {"activity": "fraud-prevention", "held_on": "2025-05-12", "cost": 1250.5},
    },
    rejected=Rejected(
        {"key": "2025-017", "attributes": {"activity": "fraud-prevention", "cost": -1}}, "cost"
    ),
)
