"""The register of merges: two person ids that are the same human."""

from typing import Final

from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Text
from lrs.registers.form.keys import Code
from lrs.registers.form.register import Attributes, Register, Rejected


class Merge(Attributes):
    """Under which id the human is known."""

    person = Text(
        "Person",
        "The id that stays: identities and history of the key count for this person.",
        among=Reference("people", acyclic=True),
        required=True,
    )


MERGES: Final = Register(
    name="merges",
    title="Merges",
    meaning="Person ids that turned out to be the same human as another one.",
    key=Code("The person id that is given up."),
    schema=Merge,
    personal=True,
    accepted={"key": "p17", "attributes": {"person": "p1"}},
    rejected=Rejected({"key": "p17", "attributes": {"person": 1}}, "person"),
)
