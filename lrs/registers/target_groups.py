"""The register of target groups: for whom something is meant, as a rule over people."""

from typing import Final

from lrs.predicates.fields import Vocabulary
from lrs.registers.form.fields import Text
from lrs.registers.form.keys import Code
from lrs.registers.form.objects import Rule
from lrs.registers.form.register import Attributes, Register, Rejected
from lrs.registers.people import PEOPLE


def _of_people() -> Vocabulary:
    """Return the fields of people without the target groups, which follow from these rules."""
    return Vocabulary(
        {name: kind for name, kind in PEOPLE.kinds.items() if name != "target_groups"}
    )


class TargetGroup(Attributes):
    """Who belongs to a group."""

    title = Text("Title", "The name of the group.", required=True)
    rule = Rule(
        "Rule",
        "A predicate over people: whoever meets the rule on a day belongs to the group that day.",
        required=True,
        over=_of_people,
    )


TARGET_GROUPS: Final = Register(
    name="target-groups",
    title="Target groups",
    meaning="Groups of people by rules.",
    key=Code("The code of the group."),
    schema=TargetGroup,
    accepted={
        "key": "first-reporting-officers",
        "attributes": {
            "title": "First reporting officers",
            "rule": {"kind": {"eq": "staff"}, "functions": {"has": "fro"}},
        },
    },
    rejected=Rejected(
        {"key": "managers", "attributes": {"title": "Managers", "rule": {"grade": {"eq": "D"}}}},
        "rule",
    ),
)
