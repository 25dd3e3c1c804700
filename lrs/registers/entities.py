"""The register of entities: departments, offices, missions, and what each is part of."""

from typing import Final

from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Text, Texts
from lrs.registers.form.keys import Code
from lrs.registers.form.objects import Localized
from lrs.registers.form.register import Attributes, Register, Rejected


class Entity(Attributes):
    """What an entity is called and part of."""

    title = Localized("Title", "The name of the entity.", required=True)
    group = Text("Group", "A group of entities that are compared with others, such as field.")
    parent = Text(
        "Parent",
        "The entity of which this one is a part.",
        among=Reference("entities", acyclic=True),
    )
    leads_on = Texts(
        "Leads on",
        "The priorities on which the entity leads, codes of the list priorities.",
        among=Reference("lists", of_list="priorities"),
    )


ENTITIES: Final = Register(
    name="entities",
    title="Entities",
    meaning="The parts of the organization.",
    key=Code("The code of the entity."),
    schema=Entity,
    accepted={
        "key": "DOS",
        "attributes": {"title": {"en": "Department of Operational Support"}, "group": "support"},
    },
    rejected=Rejected({"key": "DOS", "attributes": {"title": "Operational Support"}}, "title"),
)
