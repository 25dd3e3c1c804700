"""The register of lists: the codes that other registers use, with their titles."""

from typing import Final

from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Text
from lrs.registers.form.keys import Pair
from lrs.registers.form.objects import Localized
from lrs.registers.form.register import Attributes, Register, Rejected


class Item(Attributes):
    """What a code of a list means."""

    title = Localized("Title", "What the code means.", required=True)
    parent = Text(
        "Parent",
        "The code of the same list under which this one stands.",
        among=Reference("lists", same_list=True, acyclic=True),
    )


LISTS: Final = Register(
    name="lists",
    title="Lists",
    meaning=(
        "Codes and their titles: categories, priorities, pillars, workstreams, needs, "
        "competencies, funding-sources."
    ),
    key=Pair("The name of the list, and the code in it.", ("list", "code")),
    schema=Item,
    accepted={
        "key": {"list": "categories", "code": "field-service"},
        "attributes": {"title": {"en": "Field Service", "fr": "Service mobile"}},
    },
    rejected=Rejected(
        {"key": {"list": "categories"}, "attributes": {"title": {"en": "Field Service"}}}, "key"
    ),
)
