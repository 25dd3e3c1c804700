"""The register of activities: the catalogue of what can be learnt, across platforms."""

from typing import Final

from lrs.registers.form.attribute import Reference
from lrs.registers.form.fields import Boolean, Day, Iris, Language, Languages, Number, Text, Texts
from lrs.registers.form.keys import Code
from lrs.registers.form.objects import Localized
from lrs.registers.form.register import Attributes, Register, Rejected


class Activity(Attributes):
    """What an activity is, who owns it, how the platforms name it."""

    title = Localized("Title", "The name of the activity.", required=True)
    ids = Iris("Ids", "Every IRI by which platforms name the activity.", required=True)
    kind = Text(
        "Kind",
        "What the activity is.",
        among=("programme", "course", "resource", "assignment", "collection"),
    )
    parts = Texts(
        "Parts",
        "The activities of which this one is made.",
        among=Reference("activities", acyclic=True),
    )
    completed_by = Texts(
        "Completed by",
        "Verbs that complete the activity besides the usual ones: attended, or an IRI.",
    )
    owner_entity = Text("Owner", "The entity that owns the activity.", among=Reference("entities"))
    owner_kind = Text(
        "Kind of owner",
        "Whether the organization or others own the activity.",
        among=("organization", "external"),
    )
    provider = Text("Provider", "Who offers the activity.")
    modality = Text("Modality", "The form of learning, such as self-paced, coaching, shadowing.")
    mode = Text("Mode", "Where learning happens.", among=("online", "blended", "in-person"))
    hours = Number("Hours", "How long learning takes.")
    languages = Languages("Languages", "The languages in which the activity is offered.")
    language_taught = Language("Language taught", "The language that a language course teaches.")
    target_level = Text("Target level", "The level to which a language course leads.")
    pillar = Text(
        "Pillar", "A code of the list pillars.", among=Reference("lists", of_list="pillars")
    )
    priorities = Texts(
        "Priorities",
        "Codes of the list priorities.",
        among=Reference("lists", of_list="priorities"),
    )
    purpose = Text(
        "Purpose",
        "Whether all shall do the same, or something shall change.",
        among=("standardize", "change"),
    )
    objective = Text("Objective", "What shall be reached, such as knowledge, skill, mindset.")
    scope = Text("Scope", "How far the activity reaches.", among=("macro", "micro", "language"))
    investment = Number("Investment", "What was invested, in the currency of the store.")
    funding_source = Text(
        "Funding source",
        "Who pays, a code of the list funding-sources.",
        among=Reference("lists", of_list="funding-sources"),
    )
    eval_tier = Number("Evaluation tier", "How thoroughly the activity is evaluated: 0 to 3.")
    closed_on = Day("Closed on", "The day on which the activity was closed.")
    accessibility = Text("Accessibility", "The level that was tested, such as wcag-2-1-aa.")
    tested_on = Day("Tested on", "The day of the test of accessibility.")
    licence = Text("Licence", "The licence under which others may use the activity.")
    retired = Boolean("Retired", "Whether the activity is no longer offered.")


_FRAUD: Final = {"title": {"en": "Fraud prevention"}, "kind": "course", "hours": 1.5}

ACTIVITIES: Final = Register(
    name="activities",
    title="Activities",
    meaning="The catalogue: activities with every name that platforms give them.",
    key=Code("The catalogue id."),
    schema=Activity,
    accepted={
        "key": "fraud-prevention",
        "attributes": {
            **_FRAUD,
            "ids": ["https://lms.example.org/course/17", "https://cmi5.example.org/fraud"],
        },
    },
    rejected=Rejected(
        {"key": "fraud-prevention", "attributes": {**_FRAUD, "ids": ["course 17"]}}, "ids"
    ),
)
