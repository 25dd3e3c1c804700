"""If-Match and If-None-Match on documents, and what their absence means in each version."""

import pytest

from tests.api.documents import PROFILES, RESOURCES, VERSIONS, Place
from tests.product import Product


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"If_Match": '"1234"'},
        {"If_Match": '"1234", W/"5678"'},
        {"If_Match": ""},
        {"If_None_Match": "*"},
    ],
)
@pytest.mark.requirement("XAPI-00322")
def test_a_failing_precondition_changes_nothing(
    place: Place, method: str, headers: dict[str, str]
) -> None:
    place.create(b'{"a":1}')
    sent = place.send(method, b'{"b":2}', Content_Type="application/json", **headers)
    assert sent.status_code == 412
    assert place.send("GET").content == b'{"a":1}'


@pytest.mark.parametrize("form", ["{}", "W/{}", '"1234", {}', '"a,b" , W/"x",{}', "*"])
@pytest.mark.requirement("XAPI-00322")
def test_if_match_names_a_tag_alone_in_a_list_weak_or_any(place: Place, form: str) -> None:
    tag = place.create(b"one")
    assert place.send("PUT", b"two", If_Match=form.format(tag)).status_code == 204
    assert place.send("GET").content == b"two"


def test_if_none_match_with_the_current_tag_fails_and_with_another_holds(place: Place) -> None:
    tag = place.create(b"one")
    assert place.send("PUT", b"two", If_None_Match=f'"x", {tag}').status_code == 412
    assert place.send("PUT", b"two", If_None_Match='"x"').status_code == 204


def test_a_reader_that_has_the_document_is_told_so(place: Place) -> None:
    tag = place.create(b"one")
    got = place.send("GET", If_None_Match=tag)
    assert (got.status_code, got.content, got.headers["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.requirement("XAPI-00273", "XAPI-00287", "XAPI-00293", "XAPI-00322")
def test_put_without_precondition_over_a_document(
    server: Product, resource: str, version: str
) -> None:
    place = Place(server.client(version), resource)
    place.create(b"one")
    sent = place.send("PUT", b"two")
    if (resource, version) == ("activities/state", "1.0.3"):
        assert sent.status_code == 204
        assert place.send("GET").content == b"two"
    else:
        assert sent.status_code == 409
        assert "If-Match" in sent.json()["message"]
        assert place.send("GET").content == b"one"


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.requirement("XAPI-00273", "XAPI-00287", "XAPI-00293")
def test_put_without_precondition_where_nothing_is(
    server: Product, resource: str, version: str
) -> None:
    place = Place(server.client(version), resource)
    refused = resource in PROFILES and version == "1.0.3"
    assert place.send("PUT", b"one").status_code == (400 if refused else 204)
    assert place.send("GET").status_code == (404 if refused else 200)


def test_a_read_with_if_match_is_answered_or_refused_as_a_write_would_be(place: Place) -> None:
    tag = place.create(b"one")
    for form in (tag, f"W/{tag}", "*"):
        assert place.send("GET", If_Match=form).content == b"one"
    refused = place.send("GET", If_Match='"1234"')
    assert refused.status_code == 412
    assert refused.json()["error"] == "precondition-failed"
