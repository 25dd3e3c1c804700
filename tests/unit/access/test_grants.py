import pytest

from lrs.access.grants import Entitlement, checked, resolved
from lrs.access.reach import EVERYONE, NOBODY, Entities, Oneself, Reach, ReportsOf
from lrs.access.roles import SCOPES, Role, read
from lrs.access.scopes import Scope
from lrs.errors import InvalidError

DOS, UNON = Entities(frozenset({"DOS"})), Entities(frozenset({"UNON"}))
RECORDS = (Scope.RECORDS_READ,)


def holding(*roles: str, person: str = "", entities: str = "", scopes: str = "") -> Entitlement:
    known = frozenset(map(Scope, scopes.split()))
    return Entitlement(known, frozenset(roles), person, frozenset(entities.split()))


def only(*bounds: Oneself | ReportsOf | Entities) -> Reach:
    return Reach(frozenset({frozenset(bounds)}))


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        ("learner", "records/read"),
        ("officer", "records/read registers/read"),
        (
            "steward",
            "registers/read registers/write certifications/write records/read frameworks/read",
        ),
        ("evaluator", "statistics/read evaluate frameworks/read frameworks/write"),
        ("approver", "frameworks/read frameworks/approve"),
        ("auditor", "audit/read records/read statistics/read all/read"),
        ("administrator", "operate audit/read"),
    ],
)
def test_a_role_grants_its_scopes(role: str, scopes: str) -> None:
    assert resolved(holding(role, person="p1")).scopes == frozenset(scopes.split())


def test_a_learner_reads_the_own_records_alone() -> None:
    assert resolved(holding("learner", person="p1")).reach(RECORDS) == only(Oneself("p1"))


def test_an_officer_reads_the_records_of_who_reports_to_them() -> None:
    grants = resolved(holding("officer", person="p1"))
    assert grants.reach(RECORDS) == only(ReportsOf("p1"))
    assert grants.reach([Scope.REGISTERS_READ]) == EVERYONE


@pytest.mark.parametrize("role", ["learner", "officer"])
def test_a_personal_role_of_nobody_reads_no_records(role: str) -> None:
    grants = resolved(holding(role))
    assert Scope.RECORDS_READ not in grants.scopes
    assert grants.reach(RECORDS) == NOBODY


@pytest.mark.parametrize("held", [holding("officer:DOS"), holding("officer", entities="DOS")])
def test_an_officer_of_entities_reads_the_records_of_their_people(held: Entitlement) -> None:
    grants = resolved(held)
    assert grants.reach(RECORDS) == only(DOS)
    assert grants.reach([Scope.REGISTERS_READ]) == only(DOS)


def test_all_bounds_of_one_role_hold_together() -> None:
    held = holding("officer:DOS", person="p1", entities="UNON")
    assert resolved(held).reach(RECORDS) == only(ReportsOf("p1"), DOS, UNON)


def test_what_several_roles_reach_is_added_up() -> None:
    both = resolved(holding("learner", "officer", person="p1")).reach(RECORDS)
    assert both.alternatives == {frozenset({Oneself("p1")}), frozenset({ReportsOf("p1")})}
    assert not both.everyone
    assert resolved(holding("learner", "steward", person="p1")).reach(RECORDS) == EVERYONE


def test_a_scope_that_ends_nowhere_goes_before_one_that_does() -> None:
    grants = resolved(holding("learner", person="p1", scopes="statements/read"))
    assert grants.reach([Scope.RECORDS_READ, Scope.STATEMENTS_READ]) == EVERYONE


def test_a_limit_binds_what_is_known_of_people_and_no_scope_of_the_standard() -> None:
    given = "records/read statistics/read frameworks/read statements/read state"
    grants = resolved(holding(scopes=given, entities="DOS"))
    reaches = {scope.value: grants.reach([scope]) for scope in grants.scopes}
    assert reaches == {
        "records/read": only(DOS),
        "statistics/read": only(DOS),
        "frameworks/read": EVERYONE,
        "statements/read": EVERYONE,
        "state": EVERYONE,
    }


@pytest.mark.parametrize(
    "held",
    [
        holding("auditor:DOS"),
        holding("auditor", entities="DOS"),
        holding(scopes="all operate audit/read", entities="DOS"),
        holding("superuser", "officer:", "LEARNER", "learner:DOS", ""),
    ],
)
def test_what_cannot_be_bound_or_is_unknown_grants_nothing(held: Entitlement) -> None:
    assert resolved(held).scopes & {Scope.ALL, Scope.AUDIT_READ, Scope.OPERATE} == frozenset()
    assert resolved(held).reach(RECORDS) == NOBODY


@pytest.mark.parametrize("role", Role)
def test_every_role_is_bound_in_every_scope_or_not_at_all(role: Role) -> None:
    grants = resolved(holding(f"{role}:DOS", person="p1"))
    assert grants.scopes in (SCOPES[role], frozenset())
    free = {scope.value for scope in grants.scopes if grants.reach([scope]) == EVERYONE}
    assert free <= {"frameworks/read", "frameworks/write", "frameworks/approve"}


@pytest.mark.parametrize(
    ("scopes", "roles", "person", "entities", "said"),
    [
        ((), (), "", "", "a scope is needed"),
        (("record/read",), (), "", "", "there is no scope record/read"),
        ((), ("chief",), "", "", "there is no role 'chief'"),
        ((), ("officer:",), "p1", "", "names no entity"),
        ((), ("learner",), "", "", "needs the person"),
        ((), ("learner",), "", "DOS", "needs the person"),
        ((), ("officer",), "", "", "or the entities"),
        (("all",), (), "", "DOS", "all cannot be bound"),
        (("records/read",), ("administrator",), "", "DOS", "audit/read, operate cannot be bound"),
        ((), ("auditor:DOS",), "", "", "audit/read cannot be bound"),
    ],
)
def test_a_credential_that_would_not_hold_what_it_says_is_refused(
    scopes: tuple[str, ...], roles: tuple[str, ...], person: str, entities: str, said: str
) -> None:
    with pytest.raises(InvalidError, match=said):
        checked(scopes, roles, person, entities.split())


def test_what_is_accepted_is_kept_as_given() -> None:
    given = checked(["evaluate"], ["officer:DOS , UNON"], "p1", ["DOS"])
    assert given == holding("officer:DOS , UNON", person="p1", entities="DOS", scopes="evaluate")
    assert read("officer:DOS , UNON").entities == {"DOS", "UNON"}
    assert checked((), ["officer"], "", ["DOS"]).scopes == frozenset()
