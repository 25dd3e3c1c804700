"""SCIM 2.0 users (RFC 7643), which identity providers send, as a table.

A user becomes a row of cells: simple attributes by name, parts of complex ones such as
`name.familyName`, of several values the primary one or the first (`emails.value`), those of the
enterprise extension without its URN. `manager.value` is the SCIM id of another user; the number of
that employee takes its place if the user is in the same document. SCIM knows no dates: entries hold
from the day received, which goes with the import. Users that are not active are left aside; a
complete import ends them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lrs.registers.files.columns import Table
from lrs.registers.files.mapping import OTHERS, ColumnMapping

_ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

SCIM: Final[Mapping[str, ColumnMapping]] = {
    "scim-people": ColumnMapping(
        columns={
            "employeeNumber": "key",
            "userType": "kind",
            "department": "entity",
            "addresses.locality": "duty_station",
            "manager.value": "reporting_officer",
        },
        values={"kind": {"Contractor": "personnel", "External": "external", OTHERS: "staff"}},
        only={"active": ["true", ""]},
    ),
    "scim-identities": ColumnMapping(columns={"emails.value": "mbox", "employeeNumber": "person"}),
}


def users(document: Any) -> Table:
    """Return the users of a list response, of a list, or one user, as a table.

    Raises `ValueError` for what holds no user.
    """
    listed = document.get("Resources", [document]) if isinstance(document, Mapping) else document
    if not isinstance(listed, list) or not all(isinstance(user, Mapping) for user in listed):
        raise ValueError("must be a SCIM list response, a list of users, or one user")
    rows = [dict(_cells(user)) for user in listed]
    numbers = {row.get("id"): row.get("employeeNumber") for row in rows}
    for row in rows:
        if (manager := row.get("manager.value")) is not None:
            row["manager.value"] = numbers.get(manager) or manager
    known = {name for shipped in SCIM.values() for name in (*shipped.columns, *shipped.only)}
    header = sorted(known.union(*rows))
    cells = [[row.get(name, "") for name in header] for row in rows]
    return Table(header, enumerate(cells, start=1))


def _cells(user: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in user.items():
        if name == _ENTERPRISE and isinstance(value, Mapping):
            yield from _cells(value)
        elif isinstance(value, list):
            yield from _parts(name, _chosen(value))
        elif isinstance(value, Mapping):
            yield from _parts(name, value)
        else:
            yield name, _text(value)


def _parts(name: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part, one in value.items():
        if not isinstance(one, Mapping | list):
            yield f"{name}.{part}", _text(one)


def _chosen(values: list[Any]) -> Mapping[str, Any]:
    """Return the primary of several values, or the first."""
    complex_ = [value for value in values if isinstance(value, Mapping)]
    primary = [value for value in complex_ if value.get("primary") is True]
    return next(iter([*primary, *complex_]), {})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
