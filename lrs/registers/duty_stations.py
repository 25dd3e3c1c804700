"""The register of duty stations: the places where people work."""

from typing import Final

from lrs.predicates.values import Kind
from lrs.registers.form.fields import Text
from lrs.registers.form.keys import Code
from lrs.registers.form.objects import Localized
from lrs.registers.form.register import Attributes, Derived, Register, Rejected


class DutyStation(Attributes):
    """What a place is called, where it lies, of which type it is."""

    title = Localized("Title", "The name of the place.", required=True)
    country = Text("Country", "The code of the country (ISO 3166-1).")
    location_type = Text(
        "Type of location",
        "Headquarters, office away, regional commission, mission, or other field.",
        among=("headquarters", "office-away", "regional", "mission", "field"),
        required=True,
    )
    region = Text("Region", "The region in which the place is counted.")


DUTY_STATIONS: Final = Register(
    name="duty-stations",
    title="Duty stations",
    meaning="The places where people work.",
    key=Code("The code of the duty station."),
    schema=DutyStation,
    accepted={
        "key": "NBO",
        "attributes": {
            "title": {"en": "Nairobi"},
            "country": "KE",
            "location_type": "office-away",
            "region": "Africa",
        },
    },
    rejected=Rejected(
        {"key": "NBO", "attributes": {"title": {"en": "Nairobi"}, "location_type": "city"}},
        "location_type",
    ),
    derived=(
        Derived(
            "headcount",
            Kind.NUMBER,
            "Headcount",
            "How many people are active at the duty station on that day.",
            "people",
        ),
    ),
)
