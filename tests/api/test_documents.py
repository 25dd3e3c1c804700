"""The document resources over HTTP, both versions: bodies, merges, lists, parameters."""

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.api.documents import Place
from tests.product import Client

AGENT = {"objectType": "Agent", "mbox": "mailto:Learner@Example.org"}


@pytest.mark.parametrize("content", [b"", b"\x00\xff\r\n--", b"a" * 2_000_000, b'{"a":1.50}'])
@pytest.mark.requirement(
    "XAPI-00188",
    "XAPI-00190",
    "XAPI-00192",
    "XAPI-00217",
    "XAPI-00230",
    "XAPI-00259",
    "XAPI-00269",
    "XAPI-00273",
    "XAPI-00274",
    "XAPI-00282",
    "XAPI-00287",
    "XAPI-00288",
    "XAPI-00290",
    "XAPI-00293",
    "XAPI-00311",
    "XAPI-00322",
)
def test_a_document_returns_with_its_bytes_type_and_etag(place: Place, content: bytes) -> None:
    tag = place.create(content, "image/x; name=1")
    got = place.send("GET")
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["Content-Type"] == "image/x; name=1"
    assert tag == f'"{hashlib.sha1(content).hexdigest()}"'
    assert parsedate_to_datetime(got.headers["Last-Modified"]).tzinfo is not None


@pytest.mark.requirement("XAPI-00125", "XAPI-00126")
def test_head_answers_as_get_without_the_body(place: Place) -> None:
    place.create(b"one", "text/plain")
    got, head = place.send("GET"), place.send("HEAD")
    assert head.content == b""
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert head.headers[name] == got.headers[name]


def test_what_is_not_there_is_not_found_and_may_be_deleted(place: Place) -> None:
    assert place.send("GET").status_code == 404
    assert place.send("DELETE").status_code == 204
    assert place.send("DELETE", If_Match="*").status_code == 412


@pytest.mark.requirement(
    "XAPI-00187", "XAPI-00191", "XAPI-00216", "XAPI-00271", "XAPI-00285", "XAPI-00291"
)
def test_a_deleted_document_is_gone_and_can_be_created_again(place: Place) -> None:
    tag = place.create(b"one")
    assert place.send("DELETE", If_Match=tag).status_code == 204
    assert place.send("GET").status_code == 404
    assert place.ids().json() == []
    assert place.send("PUT", b"two", If_Match=tag).status_code == 412
    place.create(b"two")
    assert place.send("GET").content == b"two"


@pytest.mark.requirement(
    "XAPI-00183",
    "XAPI-00184",
    "XAPI-00189",
    "XAPI-00231",
    "XAPI-00234",
    "XAPI-00272",
    "XAPI-00279",
    "XAPI-00283",
    "XAPI-00286",
    "XAPI-00292",
    "XAPI-00308",
    "XAPI-00312",
)
def test_post_merges_the_top_level_and_keeps_the_bytes_of_values(place: Place) -> None:
    place.create(b'{"a":1.50,"b":{"c":1,"d":2}}', "application/json; charset=utf-8")
    sent = place.send("POST", b'{"b":{"e":3},"f":[]}', Content_Type="application/json")
    assert sent.status_code == 204
    assert place.send("GET").content == b'{"a":1.50,"b":{"e":3},"f":[]}'


@pytest.mark.requirement(
    "XAPI-00189",
    "XAPI-00231",
    "XAPI-00233",
    "XAPI-00272",
    "XAPI-00280",
    "XAPI-00283",
    "XAPI-00286",
    "XAPI-00292",
    "XAPI-00310",
    "XAPI-00312",
)
def test_post_stores_where_nothing_is(place: Place) -> None:
    assert place.send("POST", b"\x00", Content_Type="image/png").status_code == 204
    assert place.send("GET").content == b"\x00"


@pytest.mark.parametrize(
    ("there", "posted"),
    [
        (("application/json", b'{"a":1}'), ("text/plain", b'{"b":2}')),
        (("application/json", b'{"a":1}'), ("application/json", b'[{"b":2}]')),
        (("application/json", b'{"a":1}'), ("application/json", b'{"b":2}{')),
        (("application/json", b"[]"), ("application/json", b'{"b":2}')),
        (("text/plain", b'{"a":1}'), ("application/json", b'{"b":2}')),
    ],
)
@pytest.mark.requirement(
    "XAPI-00182", "XAPI-00229", "XAPI-00232", "XAPI-00278", "XAPI-00281", "XAPI-00309", "XAPI-00313"
)
def test_what_cannot_merge_changes_nothing(
    place: Place, there: tuple[str, bytes], posted: tuple[str, bytes]
) -> None:
    place.create(there[1], there[0])
    assert place.send("POST", posted[1], Content_Type=posted[0]).status_code == 400
    got = place.send("GET")
    assert (got.headers["Content-Type"], got.content) == there


@pytest.mark.parametrize("content", [b'{"a":', b'{"a":1,}', b"a=b", b""])
@pytest.mark.requirement("XAPI-00182", "XAPI-00235", "XAPI-00284", "XAPI-00314")
def test_posted_json_must_be_an_object_even_where_nothing_is(place: Place, content: bytes) -> None:
    assert place.send("POST", content, Content_Type="application/json").status_code == 400
    assert place.send("GET").status_code == 404


@pytest.mark.requirement(
    "XAPI-00193",
    "XAPI-00195",
    "XAPI-00221",
    "XAPI-00268",
    "XAPI-00270",
    "XAPI-00275",
    "XAPI-00289",
    "XAPI-00294",
    "XAPI-00303",
)
def test_a_list_tells_ids_stored_after_since_and_the_newest_time(place: Place) -> None:
    names = ["a", "b \u00e9", "\x00"]
    for name in names:
        place.params[place.name] = name
        place.create(b"one")
    everything = place.ids()
    assert sorted(everything.json()) == sorted(names)
    newest = parsedate_to_datetime(everything.headers["Last-Modified"])
    assert everything.headers["ETag"]

    def ids_since(moment: datetime) -> Any:
        return place.ids(since=moment.strftime("%Y-%m-%dT%H:%M:%SZ")).json()

    assert sorted(ids_since(newest - timedelta(hours=1))) == sorted(names)
    assert ids_since(newest + timedelta(seconds=1)) == []


def test_an_update_does_not_list_a_document_twice(place: Place) -> None:
    tag = place.create(b"one")
    assert place.send("PUT", b"two", If_Match=tag).status_code == 204
    assert place.ids().json() == ["bookmark"]


def test_one_document_and_another_stay_apart(place: Place) -> None:
    place.create(b"one")
    place.params[place.name] = "Bookmark"
    assert place.send("GET").status_code == 404
    place.create(b"two")
    assert sorted(place.ids().json()) == ["Bookmark", "bookmark"]


@pytest.mark.parametrize("extra", ["unknown", "since", "ActivityID"])
@pytest.mark.requirement("XAPI-00324", "XAPI-00325")
def test_a_parameter_that_the_resource_lacks_is_refused(place: Place, extra: str) -> None:
    place.params[extra] = "2020-01-01T00:00:00Z"
    for method in ("GET", "PUT", "POST", "DELETE"):
        sent = place.send(method, b"{}", Content_Type="application/json", If_None_Match="*")
        assert sent.status_code == 400
        assert sent.json()["violations"][0]["path"] == f"?{extra}"


def test_a_repeated_parameter_is_refused(place: Place) -> None:
    query = [*place.params.items(), (place.name, "other")]
    got = place.client.get(place.path, params=query)
    assert got.status_code == 400


def test_an_agent_is_the_same_whatever_its_name_and_the_case_of_its_domain(
    each_client: Client,
) -> None:
    place = Place(each_client, "agents/profile")
    mine = str(uuid.uuid4())
    place.params |= {"agent": json.dumps(AGENT), "profileId": mine}
    place.create(b"one")
    place.params["agent"] = json.dumps({"name": "L", "mbox": "mailto:Learner@EXAMPLE.org"})
    assert place.send("GET").content == b"one"


def test_an_identifier_longer_than_an_index_entry_names_a_document(each_client: Client) -> None:
    place = Place(each_client, "activities/profile")
    place.params["activityId"] = f"http://example.org/{uuid.uuid4()}/" + "é" * 1500
    place.create(b"one")
    assert place.send("GET").content == b"one"


def test_a_body_above_the_limit_is_refused(each_client: Client) -> None:
    place = Place(each_client, "activities/state")
    assert place.send("PUT", b"a" * (16 * 2**20 + 1)).status_code == 413
