"""What `/metrics` tells those who run the store."""

import re
import uuid

from tests.product import Client
from tests.statements import completed


def measure(client: Client, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", client.get("/metrics").text, re.M)
    return float(found.group(1)) if found else 0.0


def test_statements_are_counted_once_they_are_appended(client: Client) -> None:
    before = measure(client, "lrs_statements_appended_total")
    batch = [completed(id=str(uuid.uuid4())) for _ in range(2)]
    for _ in range(2):
        assert client.post("/xapi/statements", json=batch).status_code == 200
    assert client.post("/xapi/statements", json=[{}]).status_code == 400
    assert measure(client, "lrs_statements_appended_total") == before + 2


def test_requests_are_counted_by_route_method_and_status(client: Client) -> None:
    name = 'lrs_requests_total{method="GET",route="/xapi/statements",status="400"}'
    before = measure(client, name)
    client.get("/xapi/statements?limit=x")
    assert measure(client, name) == before + 1


def test_the_end_of_the_log_and_the_lag_of_every_projection_are_told(client: Client) -> None:
    end = measure(client, "lrs_log_end")
    client.post("/xapi/statements", json=completed())
    assert measure(client, "lrs_log_end") == end + 1
    text = client.get("/metrics").text
    for name in ("statements", "completions", "claims", "documents", "activities", "agents"):
        assert f'lrs_projection_position{{projection="{name}"}}' in text
        assert f'lrs_projection_lag{{projection="{name}"}}' in text
        assert f'lrs_quarantine{{projection="{name}"}} 0.0' in text
