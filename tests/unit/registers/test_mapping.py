"""Tables of others: mapping files, OneRoster, SCIM."""

from typing import Any

import pytest

from lrs.errors import InvalidError
from lrs.registers.files.date_format import date_format
from lrs.registers.files.mapping import read_mapping
from lrs.registers.files.read import SHIPPED, read_csv_file, read_scim
from lrs.registers.files.row import Reading
from lrs.registers.form.discovery import register
from tests.unit.registers.known import DAY

PEOPLE = register("people")
HR = {
    "columns": {
        "Employee ID": "key",
        "Since": "from",
        "Dept": "entity",
        "Station": "duty_station",
        "EOD": "entered_on_duty",
    },
    "constants": {"kind": "staff"},
    "values": {"entity": {"Operational Support": "DOS", "*": "OTHER"}},
    "dates": {"from": "DD/MM/YYYY", "entered_on_duty": "D.M.YYYY"},
    "only": {"Status": ["active", ""]},
}


def load(name: str, parsed: Any, text: str, since: str = "2025-01-01") -> Reading:
    known = register(name)
    mapping = read_mapping(known, parsed, SHIPPED)
    return read_csv_file(known, text.encode(), DAY(since), mapping)


def test_a_mapping_names_columns_translates_values_and_states_dates() -> None:
    reading = load(
        "people",
        HR,
        "Employee ID;Name;Dept;Station;Since;EOD;Status\n"
        "p1;Ann;Operational Support;NBO;01/02/2025;1.7.2019;active\n"
        "p2;Bob;Catering;NBO;;;\n"
        "p3;Eve;Catering;NBO;01/02/2025;;retired\n",
    )
    assert reading.faults == []
    first, second = reading.rows
    assert (first.key, first.since) == ("p1", DAY("2025-02-01"))
    assert first.attributes == {
        "kind": "staff",
        "entity": "DOS",
        "duty_station": "NBO",
        "entered_on_duty": DAY("2019-07-01"),
    }
    assert (second.line, second.attributes["entity"]) == (3, "OTHER")


def test_a_date_that_is_not_in_the_stated_format_is_refused() -> None:
    reading = load(
        "people",
        HR,
        "Employee ID,Dept,Station,Since,EOD,Status\np1,X,NBO,2025-02-01,31.2.2019,\n",
    )
    assert sorted((fault.field, fault.value, fault.right) for fault in reading.faults) == [
        ("entered_on_duty", "31.2.2019", "must be a day of the calendar, as D.M.YYYY"),
        ("from", "2025-02-01", "must be a date as DD/MM/YYYY"),
    ]


def test_a_column_that_the_file_does_not_have_is_refused() -> None:
    reading = load("people", HR, "Employee ID,Department,Station,Since,EOD,Status\np1,X,N,,,\n")
    assert [(fault.line, fault.field) for fault in reading.faults] == [(1, "Dept")]
    assert "Department" in reading.faults[0].right
    assert reading.rows == []


@pytest.mark.parametrize(
    ("parsed", "places"),
    [
        ({"columns": {}}, ["/columns"]),
        ({"columns": {"A": "key", "Dept": "entitty"}}, ["/columns/Dept"]),
        ({"columns": {"A": "key", "B": "key"}}, ["/columns/B"]),
        ({"columns": {"A": "key", "Where": "region"}}, ["/columns/Where"]),
        ({"columns": {"A": "key"}, "constants": {"kin": "staff"}}, ["/constants/kin"]),
        ({"columns": {"A": "key"}, "values": {"kind": {}}}, ["/values/kind"]),
        (
            {"columns": {"A": "key"}, "dates": {"key": "DD/MM/YYYY", "from": "d/m/y"}},
            ["/dates/from", "/dates/key", "/dates/from"],
        ),
        ({"columns": {"A": "key"}, "extends": "sap"}, ["/extends"]),
        ({"colums": {"A": "key"}}, [""]),
        ({"columns": {"A": 7}}, [""]),
        ([], [""]),
    ],
)
def test_a_mapping_that_names_no_field_is_refused(parsed: Any, places: list[str]) -> None:
    with pytest.raises(InvalidError) as refused:
        read_mapping(PEOPLE, parsed, SHIPPED)
    assert sorted(one.path for one in refused.value.violations) == sorted(places)


@pytest.mark.parametrize(
    ("written", "text", "day"),
    [
        ("DD/MM/YYYY", "01/02/2025", "2025-02-01"),
        ("MM/DD/YYYY", "01/02/2025", "2025-01-02"),
        ("YYYYMMDD", "20250201", "2025-02-01"),
        ("D.M.YYYY", "1.12.2025", "2025-12-01"),
        ("DD/MM/YYYY", "", ""),
    ],
)
def test_a_format_says_which_number_is_the_month(written: str, text: str, day: str) -> None:
    assert date_format(written)(text) == day


@pytest.mark.parametrize("written", ["", "DD/MM", "DD/MM/YY", "DD/MM/YYYY/DD", "%d/%m/%Y"])
def test_a_format_without_year_month_and_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        date_format(written)


def test_the_shipped_mappings_fit_their_registers() -> None:
    names = {
        "oneroster-orgs": "entities",
        "oneroster-roles": "people",
        "oneroster-users": "identities",
        "scim-people": "people",
        "scim-identities": "identities",
    }
    assert names.keys() == SHIPPED.keys()
    for shipped, name in names.items():
        mapping = read_mapping(register(name), {"extends": shipped}, SHIPPED)
        assert mapping.columns == SHIPPED[shipped].columns


def test_oneroster_files_become_entities_people_and_identities() -> None:
    orgs = load(
        "entities",
        {"extends": "oneroster-orgs"},
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
        "o1,,,Riverside,district,,\no2,,,Hill School,school,,o1\n",
    )
    parents = {row.key: row.attributes["parent"] for row in orgs.rows}
    assert parents == {"o1": None, "o2": "o1"}
    roles = load(
        "people",
        {"extends": "oneroster-roles", "constants": {"duty_station": "HILL"}},
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
        "orgSourcedId,userProfileSourcedId\n"
        "r1,active,,u1,primary,teacher,2025-08-01,2026-06-30,o2,\n"
        "r2,active,,u1,secondary,aide,2025-08-01,,o1,\n"
        "r3,active,,u2,primary,student,2025-08-01,,o2,\n"
        "r4,tobedeleted,,u3,primary,teacher,2025-08-01,,o2,\n",
    )
    assert (orgs.faults, roles.faults) == ([], [])
    assert [(row.key, row.attributes.get("kind"), row.retract) for row in roles.rows] == [
        ("u1", "staff", False),
        ("u2", "external", False),
        ("u3", None, True),
    ]
    assert roles.rows[0].end == DAY("2026-06-29"), "an endDate of OneRoster is exclusive"
    assert roles.rows[0].attributes["duty_station"] == "HILL"
    found = load(
        "identities",
        {"extends": "oneroster-users"},
        "sourcedId,status,username,email\nu1,active,ann,ann@school.example.org\n",
    )
    assert found.rows[0].key == "mbox:mailto:ann@school.example.org"


ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USERS: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "totalResults": 3,
    "Resources": [
        {
            "id": "26118915",
            "userName": "ann",
            "userType": "Employee",
            "active": True,
            "emails": [
                {"value": "ann@home.example.org", "type": "home"},
                {"value": "ann@example.org", "type": "work", "primary": True},
            ],
            "addresses": [{"locality": "NBO", "type": "work"}],
            ENTERPRISE: {
                "employeeNumber": "p1",
                "department": "DOS",
                "manager": {"value": "26118916", "$ref": "../Users/26118916"},
            },
        },
        {
            "id": "26118916",
            "active": True,
            "userType": "Contractor",
            ENTERPRISE: {"employeeNumber": "p2", "department": "DOS"},
        },
        {"id": "26118917", "active": False, ENTERPRISE: {"employeeNumber": "p3"}},
    ],
}


def scim(name: str, shipped: str, document: Any) -> Reading:
    known = register(name)
    mapping = read_mapping(
        known, {"extends": shipped, "values": {"duty_station": {"": "GVA"}}}, SHIPPED
    ) if name == "people" else SHIPPED[shipped]  # fmt: skip
    return read_scim(known, document, DAY("2025-03-01"), mapping)


def test_scim_users_become_people_from_the_day_received() -> None:
    reading = scim("people", "scim-people", USERS)
    assert reading.faults == []
    first, second = reading.rows
    assert (first.key, first.since) == ("p1", DAY("2025-03-01"))
    assert first.attributes == {
        "kind": "staff",
        "entity": "DOS",
        "duty_station": "NBO",
        "reporting_officer": "p2",
    }
    assert (second.attributes["kind"], second.attributes["duty_station"]) == ("personnel", "GVA")


def test_scim_users_become_identities_by_their_primary_address() -> None:
    reading = scim("identities", "scim-identities", USERS["Resources"][0])
    (row,) = reading.rows
    assert (row.key, row.attributes) == ("mbox:mailto:ann@example.org", {"person": "p1"})


@pytest.mark.parametrize("document", [7, ["ann"], {"Resources": "none"}])
def test_what_is_no_scim_user_is_refused(document: Any) -> None:
    (fault,) = scim("people", "scim-people", document).faults
    assert fault.rule == "scim"
