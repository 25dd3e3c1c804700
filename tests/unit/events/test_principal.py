"""A principal is written without its empty fields, and old records name none."""

import msgspec
import pytest

from lrs.events.principal import SHELL, Principal, PrincipalKind, credential

ISSUER = "https://id.example.org"
PERSON = Principal(PrincipalKind.SUBJECT, "user-1", ISSUER, "app-1", "P-17")
APPLICATION = Principal(PrincipalKind.SUBJECT, "app-1", ISSUER)


@pytest.mark.parametrize(
    ("principal", "written"),
    [
        (SHELL, "shell"),
        (credential("lms"), "credential:lms"),
        (PERSON, "subject:https://id.example.org user-1"),
    ],
)
def test_a_principal_is_written_in_a_word(principal: Principal, written: str) -> None:
    assert str(principal) == written


@pytest.mark.parametrize(
    ("principal", "personal"),
    [
        (credential("lms"), False),
        (credential("amal", "P-17"), True),
        (APPLICATION, False),
        (PERSON, True),
        (SHELL, False),
    ],
)
def test_a_person_acts_by_an_application_or_a_credential_of_theirs(
    principal: Principal, personal: bool
) -> None:
    assert principal.personal is personal


def test_only_what_a_principal_has_is_written() -> None:
    assert msgspec.json.encode(credential("lms")) == b'{"kind":"credential","name":"lms"}'
    assert msgspec.json.encode(SHELL) == b'{"kind":"shell"}'
