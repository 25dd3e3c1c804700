"""What only the State resource has: registrations, and the deletion of all documents at once."""

import uuid

import pytest

from tests.api.documents import Place
from tests.product import Client


def states(client: Client) -> tuple[Place, list[str]]:
    """Store a state without registration, and one for each of two registrations."""
    place = Place(client, "activities/state")
    registrations = [str(uuid.uuid4()), str(uuid.uuid4())]
    place.create(b"none")
    for registration in registrations:
        place.params["registration"] = registration
        place.create(registration.encode())
        place.params["stateId"] = f"of {registration}"
        place.create(b"more")
        place.params["stateId"] = "bookmark"
    del place.params["registration"]
    return place, registrations


def test_one_state_belongs_to_its_registration_alone(each_client: Client) -> None:
    place, (first, _) = states(each_client)
    assert place.send("GET").content == b"none"
    assert place.send("DELETE").status_code == 204
    assert place.send("GET").status_code == 404
    place.params["registration"] = first.upper()
    assert place.send("GET").content == first.encode()


@pytest.mark.requirement("XAPI-00218", "XAPI-00219", "XAPI-00220", "XAPI-00227")
def test_one_state_of_a_registration_is_put_merged_read_and_deleted(each_client: Client) -> None:
    place = Place(each_client, "activities/state")
    registration = place.params["registration"] = str(uuid.uuid4())
    place.create(b'{"a":1}')
    merged = place.send("POST", b'{"b":2}', Content_Type="application/json")
    assert (merged.status_code, place.send("GET").json()) == (204, {"a": 1, "b": 2})
    del place.params["registration"]
    assert place.send("GET").status_code == 404
    place.params["registration"] = registration
    assert place.send("DELETE").status_code == 204
    assert place.send("GET").status_code == 404


@pytest.mark.requirement("XAPI-00193", "XAPI-00220")
def test_a_list_of_states_narrows_by_registration_where_one_is_given(each_client: Client) -> None:
    place, (first, second) = states(each_client)
    assert sorted(place.ids(registration=first).json()) == ["bookmark", f"of {first}"]
    assert sorted(place.ids().json()) == sorted(["bookmark", f"of {first}", f"of {second}"])


@pytest.mark.requirement("XAPI-00194", "XAPI-00219")
def test_deleting_all_states_narrows_by_registration_where_one_is_given(
    each_client: Client,
) -> None:
    place, (first, second) = states(each_client)
    deleted = each_client.delete(place.path, params=place.context | {"registration": first})
    assert deleted.status_code == 204
    assert place.ids(registration=first).json() == []
    assert len(place.ids(registration=second).json()) == 2
    assert place.send("GET").content == b"none"
    assert each_client.delete(place.path, params=place.context).status_code == 204
    assert place.ids().json() == []


def test_deleting_all_states_under_the_tag_of_another_list_deletes_none(
    each_client: Client,
) -> None:
    place, _ = states(each_client)
    tag = place.ids().headers["ETag"]
    for given, status in (('"1234"', 412), (tag, 204)):
        sent = each_client.delete(place.path, params=place.context, headers={"If-Match": given})
        assert sent.status_code == status
