"""OneRoster 1.2 (1EdTech): the CSV files of its zip as mappings.

`orgs.csv` becomes entities, the primary roles of `roles.csv` people, `users.csv` identities.
OneRoster knows no duty stations: a mapping that extends `oneroster-roles` gives a column or a
constant. A row whose status is `tobedeleted` (in delta files) is taken back.
"""

from collections.abc import Mapping
from typing import Final

from lrs.registers.files.mapping import OTHERS, ColumnMapping

_STATUS: Final = {"tobedeleted": "true", OTHERS: "false"}
_LEARNERS: Final = ("student", "guardian", "parent", "relative")

ONEROSTER: Final[Mapping[str, ColumnMapping]] = {
    "oneroster-orgs": ColumnMapping(
        columns={
            "sourcedId": "key",
            "name": "title.en",
            "type": "group",
            "parentSourcedId": "parent",
            "status": "retract",
        },
        values={"retract": _STATUS},
    ),
    "oneroster-roles": ColumnMapping(
        columns={
            "userSourcedId": "key",
            "role": "kind",
            "orgSourcedId": "entity",
            "beginDate": "from",
            "endDate": "end",
            "status": "retract",
        },
        values={
            "retract": _STATUS,
            "kind": {**dict.fromkeys(_LEARNERS, "external"), OTHERS: "staff"},
        },
        only={"roleType": ["primary"]},
        end_exclusive=True,
    ),
    "oneroster-users": ColumnMapping(
        columns={"email": "mbox", "sourcedId": "person", "status": "retract"},
        values={"retract": _STATUS},
    ),
}
