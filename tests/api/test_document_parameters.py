"""Parameters that a request for documents lacks, or that are not what they must be."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import pytest

from tests.api.documents import RESOURCES, Place
from tests.product import Client

STATE, AGENT_PROFILE, ACTIVITY_PROFILE = RESOURCES
METHODS = ("GET", "PUT", "POST", "DELETE")

MISSING: Mapping[tuple[str, str], Mapping[str, str]] = {
    (STATE, "activityId"): {
        "GET": "XAPI-00208", "PUT": "XAPI-00210", "POST": "XAPI-00209", "DELETE": "XAPI-00207"
    },
    (STATE, "agent"): {
        "GET": "XAPI-00213", "PUT": "XAPI-00215",
        "POST": "Communication 2.3", "DELETE": "XAPI-00212"
    },
    (STATE, "stateId"): {"PUT": "XAPI-00206", "POST": "XAPI-00211"},
    (AGENT_PROFILE, "agent"): {
        "GET": "XAPI-00261", "PUT": "XAPI-00264", "POST": "XAPI-00263", "DELETE": "XAPI-00262"
    },
    (AGENT_PROFILE, "profileId"): {
        "PUT": "XAPI-00267", "POST": "XAPI-00266", "DELETE": "XAPI-00265"
    },
    (ACTIVITY_PROFILE, "activityId"): {
        "GET": "XAPI-00296", "PUT": "XAPI-00299", "POST": "XAPI-00298", "DELETE": "XAPI-00297"
    },
    (ACTIVITY_PROFILE, "profileId"): {
        "PUT": "XAPI-00302", "POST": "XAPI-00301", "DELETE": "XAPI-00300"
    },
}  # fmt: skip
WRONG: Mapping[tuple[str, str], Mapping[str, str]] = {
    (STATE, "agent"): {
        "GET": "XAPI-00197", "PUT": "XAPI-00199", "POST": "XAPI-00198", "DELETE": "XAPI-00196"
    },
    (STATE, "registration"): {
        "GET": "XAPI-00201", "PUT": "XAPI-00203", "POST": "XAPI-00202", "DELETE": "XAPI-00200"
    },
    (AGENT_PROFILE, "agent"): {
        "GET": "XAPI-00258", "PUT": "XAPI-00257", "POST": "XAPI-00256", "DELETE": "XAPI-00255"
    },
}  # fmt: skip
VALUES = {
    "agent": ['{"mbox":"x"}', "[", "1", "", '{"objectType":"Group","member":[]}'],
    "registration": ["1", "", "fd41c918b88b4b20a0a5a4c32391aaa0"],
}


def refused(place: Place, method: str, parameter: str) -> bool:
    """Send the request; return whether it was refused for this parameter."""
    sent = place.send(method, b"{}", Content_Type="application/json", If_None_Match="*")
    assert sent.status_code == 400, sent.text
    return all(one["path"].startswith(f"?{parameter}") for one in sent.json()["violations"])


@pytest.mark.parametrize(
    ("resource", "parameter", "method"),
    [
        pytest.param(resource, parameter, method, marks=pytest.mark.requirement(requirement))
        for (resource, parameter), methods in MISSING.items()
        for method, requirement in methods.items()
    ],
)
def test_a_parameter_that_names_the_document_must_be_given(
    each_client: Client, resource: str, parameter: str, method: str
) -> None:
    place = Place(each_client, resource)
    del place.params[parameter]
    assert refused(place, method, parameter)


@pytest.mark.parametrize(
    ("resource", "parameter", "value", "method"),
    [
        pytest.param(resource, parameter, value, method, marks=pytest.mark.requirement(requirement))
        for (resource, parameter), methods in WRONG.items()
        for value in VALUES[parameter]
        for method, requirement in methods.items()
    ],
)
def test_an_agent_must_identify_and_a_registration_be_a_uuid(
    each_client: Client, resource: str, parameter: str, value: str, method: str
) -> None:
    place = Place(each_client, resource)
    place.params[parameter] = value
    assert refused(place, method, parameter)


@pytest.mark.requirement("XAPI-00204", "XAPI-00260", "XAPI-00295")
@pytest.mark.parametrize("since", ["", "yesterday", "2023-02-29T00:00:00Z"])
def test_since_must_be_a_timestamp(place: Place, since: str) -> None:
    refused = place.ids(since=since)
    assert refused.status_code == 400
    assert refused.json()["violations"][0]["path"] == "?since"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("wrong", ["%FF", "a%C3", "%ED%A0%80", "%C0%AF"])
def test_a_name_that_is_not_utf_8_is_not_that_of_another_document(
    place: Place, method: str, wrong: str
) -> None:
    other = quote(wrong)
    query = urlencode(place.context)
    headers = {"If-None-Match": "*", "Content-Type": "text/plain"}
    named = f"{place.path}?{query}&{place.name}="
    stored = place.client.put(named + other, data=b"other", headers=headers)
    assert stored.status_code == 204
    refused = place.client.request(method, named + wrong, data=b"wrong")
    assert refused.status_code == 400
    assert refused.json()["violations"][0]["path"] == f"?{place.name}"
    assert place.client.get(named + other).content == b"other"


@pytest.mark.parametrize("query", ["%FF=1", "agent=%FF", "verb=urn:x:%FF", "cursor=%FF"])
def test_a_query_that_is_not_utf_8_is_refused(each_client: Client, query: str) -> None:
    refused = each_client.get(f"/xapi/statements?{query}")
    assert refused.status_code == 400
    assert "UTF-8" in refused.json()["violations"][0]["message"]
