"""What the store adds to a statement, and what it keeps just as it was sent."""

import uuid
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from lrs.xapi.formats import is_uuid, parse_timestamp
from tests.api.statements import get, post
from tests.product import KEY, Client
from tests.statements import completed

ACTIVITY = {"id": "https://learn.example.org/course/1"}
X = "https://example.org/x"


@pytest.mark.requirement("XAPI-00026", "XAPI-00146")
def test_a_statement_without_id_is_given_one(each_client: Client) -> None:
    answer = post(each_client, [completed(), completed()])
    first, second = answer.json()
    assert first != second
    assert is_uuid(first)
    assert get(each_client, first)["id"] == first


@pytest.mark.requirement("XAPI-00002")
@pytest.mark.parametrize(
    "number", [3.4028235e38, 1.17549435e-38, 0.1, 16777217, 123456.789, -0.30000001192092896]
)
def test_a_number_keeps_its_precision(each_client: Client, number: float) -> None:
    result = {"score": {"raw": number}, "extensions": {X: [number]}}
    key = post(each_client, completed(result=result)).json()[0]
    assert get(each_client, key)["result"] == result


@pytest.mark.requirement("XAPI-00015")
@pytest.mark.parametrize("text", ["Ä", "\u6c34", "أمل", "\U0001f393", "e\u0301", "\x7f"])
def test_text_is_read_and_written_as_utf_8(each_client: Client, text: str) -> None:
    key = str(uuid.uuid4())
    body = f'''{{"id":"{key}","actor":{{"mbox":"mailto:a@example.org","name":"{text}"}},
        "verb":{{"id":"https://example.org/did"}},"object":{{"id":"{ACTIVITY["id"]}"}}}}'''
    sent = each_client.post(
        "/xapi/statements", data=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert sent.status_code == 200, sent.text
    got = each_client.get("/xapi/statements", params={"statementId": key})
    assert f'"{text}"'.encode() in got.content


@pytest.mark.requirement("XAPI-00096")
@pytest.mark.parametrize("kind", ["parent", "grouping", "category", "other"])
def test_a_single_context_activity_is_returned_in_a_list(each_client: Client, kind: str) -> None:
    context = {"contextActivities": {kind: ACTIVITY}}
    inner = {**completed(context=context), "objectType": "SubStatement"}
    key = post(each_client, completed(context=context, object=inner)).json()[0]
    got = get(each_client, key)
    listed = {"contextActivities": {kind: [ACTIVITY]}}
    assert got["context"] == got["object"]["context"] == listed


@pytest.mark.requirement("XAPI-00097")
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_time_of_storage_may_be_sent_and_is_replaced(each_client: Client, method: str) -> None:
    key, sent = str(uuid.uuid4()), "2001-01-01T00:00:00Z"
    stored = each_client.request(
        method,
        "/xapi/statements",
        params={"statementId": key} if method == "PUT" else None,
        json=completed(id=key, stored=sent),
    )
    assert stored.status_code in {200, 204}
    assert parse_timestamp(get(each_client, key)["stored"]) > parse_timestamp(sent)


@pytest.mark.requirement("XAPI-00099")
def test_the_authority_is_who_sent_the_statement(each_client: Client) -> None:
    claimed = {"mbox": "mailto:someone@example.org"}
    for statement in (completed(), completed(authority=claimed)):
        authority = get(each_client, post(each_client, statement).json()[0])["authority"]
        assert (authority["objectType"], authority["account"]["name"]) == ("Agent", KEY)


@pytest.mark.requirement("XAPI-00022", "XAPI-00122")
@pytest.mark.parametrize("fraction", ["123", "123456", "123456789"])
def test_a_timestamp_keeps_its_precision(each_client: Client, fraction: str) -> None:
    timestamp = f"2026-03-04T10:00:00.{fraction}+03:00"
    key = post(each_client, completed(timestamp=timestamp)).json()[0]
    assert get(each_client, key)["timestamp"] == timestamp


@pytest.mark.requirement("XAPI-00023", "XAPI-00122", "XAPI-00142")
def test_the_time_of_storage_tells_milliseconds_and_is_when_it_was_modified(
    each_client: Client,
) -> None:
    key = post(each_client, completed()).json()[0]
    got = each_client.get("/xapi/statements", params={"statementId": key})
    moment = got.json()["stored"]
    assert len(moment.partition(".")[2].rstrip("Z")) >= 3
    modified = parsedate_to_datetime(got.headers["Last-Modified"])
    assert modified == parse_timestamp(moment).replace(microsecond=0)


@pytest.mark.requirement("XAPI-00330", "XAPI-00332")
@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.1", "1.0.3"])
def test_a_statement_keeps_its_version(each_client: Client, version: str) -> None:
    statement: dict[str, Any] = completed(version=version)
    got = get(each_client, post(each_client, statement).json()[0])
    assert {name: got[name] for name in statement} == statement
