"""Settings whose values are read into something else than text."""

import pytest

from lrs.errors import HaltError
from lrs.settings import read


@pytest.mark.parametrize(
    ("written", "origins"),
    [
        ("", set()),
        ("https://a.example", {"https://a.example"}),
        (
            " https://A.example ,http://b.example:8080,",
            {"https://a.example", "http://b.example:8080"},
        ),
        ("https://a.example:443,http://a.example:80", {"https://a.example", "http://a.example"}),
        ("http://a.example:443", {"http://a.example:443"}),
        ("http://[::1]:3000,http://localhost", {"http://[::1]:3000", "http://localhost"}),
        ("capacitor://localhost", {"capacitor://localhost"}),
    ],
)
def test_origins_are_read_as_browsers_write_them(written: str, origins: set[str]) -> None:
    assert read({"LRS_CORS_ORIGINS": written}).cors_origins == origins


@pytest.mark.parametrize(
    "written",
    [
        "*",
        "null",
        "a.example",
        "https://a.example/",
        "https://a.example/page",
        "https://*.example",
        "https://ä.example",
        "https://a.example https://b.example",
        "https://user@a.example",
        "https://a.example,*",
    ],
)
def test_what_is_no_origin_is_refused(written: str) -> None:
    with pytest.raises(HaltError, match=r"LRS_CORS_ORIGINS: .* must be an origin"):
        read({"LRS_CORS_ORIGINS": written})


@pytest.mark.parametrize("written", ["lrs", "/lrs/", "//lrs", "/a//b", "/"])
def test_a_prefix_is_written_with_single_slashes(written: str) -> None:
    with pytest.raises(HaltError, match="LRS_PATH_PREFIX: must begin with a slash"):
        read({"LRS_PATH_PREFIX": written})


@pytest.mark.parametrize("written", ["roles", "realm_access.roles", "https://example.org/roles"])
def test_a_claim_is_named_or_found_by_its_path(written: str) -> None:
    issuer = {"LRS_OIDC_ISSUER": "https://id.example.org", "LRS_OIDC_AUDIENCE": "lrs"}
    assert read({**issuer, "LRS_OIDC_ROLES_CLAIM": written}).oidc_roles_claim == written


@pytest.mark.parametrize("written", [".roles", "a..b", "roles ", "a\tb"])
def test_what_names_no_claim_is_refused(written: str) -> None:
    with pytest.raises(HaltError, match="LRS_OIDC_PERSON_CLAIM: must be the name of a claim"):
        read({"LRS_OIDC_PERSON_CLAIM": written})


@pytest.mark.parametrize("name", ["LRS_OIDC_ROLES_CLAIM", "LRS_OIDC_PERSON_CLAIM"])
def test_a_claim_says_nothing_without_an_issuer(name: str) -> None:
    with pytest.raises(HaltError, match=f"{name}: says nothing without LRS_OIDC_ISSUER"):
        read({name: "roles"})
