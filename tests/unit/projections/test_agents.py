import json
from typing import Any

from projections.agents.fold import Agents
from projections.folding.projection import Entry
from tests.history import stored
from tests.statements import completed


def agent(name: str) -> dict[str, Any]:
    return {"mbox": f"mailto:{name}@example.org", "name": name}


def met(*statements: dict[str, Any]) -> list[str]:
    """Return the names that the fold keeps of one request, each from an agent of that name."""
    changes = list(Agents().fold(Entry(0, 0, stored(*statements))))
    found = [(json.loads(change.row[3]), json.loads(change.row[4])) for change in changes]
    assert all(identity == f"mbox:mailto:{name}@example.org" for identity, name in found)
    return [name for _, name in found]


def test_names_come_from_every_place_that_names_an_agent() -> None:
    group = {"objectType": "Group", "name": "no person", "member": [agent("member")]}
    identified = {**group, "mbox": "mailto:group@example.org", "member": [agent("fellow")]}
    context = {
        "instructor": agent("instructor"),
        "team": identified,
        "contextAgents": [{"objectType": "contextAgent", "agent": agent("related")}],
        "contextGroups": [{"objectType": "contextGroup", "group": {**group}}],
    }
    inner = completed(
        objectType="SubStatement",
        actor=agent("inner"),
        object={"objectType": "Agent", **agent("target")},
        context={"instructor": agent("mentor")},
    )
    names = met(completed(actor=agent("actor"), object=inner, context=context))
    assert set(names) == {
        *("actor", "inner", "target", "mentor", "instructor", "fellow", "related", "member"),
    }


def test_agents_without_a_name_leave_nothing() -> None:
    assert met(completed(actor={"mbox": "mailto:a@example.org"})) == []


def test_a_name_with_u_0000_is_kept_in_a_form_that_the_database_takes() -> None:
    actor = {"account": {"homePage": "https://example.org", "name": "\0"}, "name": "a\0b"}
    (change,) = Agents().fold(Entry(0, 0, stored(completed(actor=actor))))
    assert "\0" not in change.row[3] + change.row[4]
    assert json.loads(change.row[4]) == "a\0b"
