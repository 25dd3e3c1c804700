"""The register of sources: the platforms that send statements, and what they mean by them."""

from typing import Final

from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Boolean, Text
from lrs.registers.form.keys import Code
from lrs.registers.form.objects import WordsByIri
from lrs.registers.form.periods import Period
from lrs.registers.form.register import Attributes, Register, Rejected


class Source(Attributes):
    """What a platform is, and where it departs from the general rules."""

    title = Text("Title", "The name of the platform.", required=True)
    kind = Text("Kind", "Such as lms, assessment, talent, classroom.")
    owner_entity = Text("Owner", "The entity that runs the platform.", among=Reference("entities"))
    learner_from = WordsByIri(
        "Learner from",
        "Where statements with a verb say who learns, only if the platform departs from the rule.",
        among=("actor", "object", "learner-extension", "context-agent"),
    )
    denials_count = Boolean(
        "Denials count",
        "Whether a later denial of the platform takes a completion back; otherwise it is shown.",
    )
    expected_every = Period(
        "Expected every", "How often something is expected of the platform: P1D, PT6H."
    )


SOURCES: Final = Register(
    name="sources",
    title="Sources",
    meaning="The platforms that send statements.",
    key=Code("The key of the platform's credential, or the identity of its authority."),
    schema=Source,
    accepted={
        "key": "lms",
        "attributes": {
            "title": "Learning management system",
            "learner_from": {"http://adlnet.gov/expapi/verbs/scored": "object"},
            "expected_every": "P1D",
        },
    },
    rejected=Rejected(
        {
            "key": "lms",
            "attributes": {
                "title": "Learning management system",
                "learner_from": {"http://adlnet.gov/expapi/verbs/scored": "boss"},
            },
        },
        "learner_from",
    ),
)
