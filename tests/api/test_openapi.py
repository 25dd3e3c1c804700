"""What the server says of itself: the OpenAPI document, and its page for people.

That answers are as described is seen in every test over HTTP (`tests/described.py`).
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.described import Description
from tests.product import Client, Product


@pytest.fixture
def document(server: Product) -> dict[str, Any]:
    told: dict[str, Any] = requests.get(f"{server.root}/api/openapi.json", timeout=10).json()
    return told


def test_the_document_is_valid(document: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    checked = subprocess.run(
        [sys.executable, "-m", "openapi_spec_validator", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_reference_leads_somewhere_and_every_part_is_referred_to(
    document: dict[str, Any],
) -> None:
    references = set(re.findall(r'"#/components/([A-Za-z]+/[^"]+)"', json.dumps(document)))
    parts = {
        f"{kind}/{name}"
        for kind in ("schemas", "parameters", "headers")
        for name in document["components"][kind]
    }
    known = parts | {f"responses/{name}" for name in document["components"]["responses"]}
    assert references <= known
    assert parts <= references


def test_no_operation_tells_of_422(document: dict[str, Any]) -> None:
    statuses = {
        status
        for methods in document["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
    }
    assert "422" not in statuses
    assert "default" not in statuses


def test_parameters_have_the_formats_that_are_checked(document: dict[str, Any]) -> None:
    told = document["paths"]["/xapi/statements"]["get"]["parameters"]
    schemas = {one["name"]: one["schema"] for one in told if "name" in one}
    assert schemas["statementId"]["format"] == "uuid"
    assert schemas["verb"]["format"] == "iri"
    assert schemas["since"]["format"] == "date-time"
    assert schemas["ascending"] == {"type": "boolean"}
    assert schemas["agent"]["contentMediaType"] == "application/json"
    assert schemas["limit"] == {"type": "integer", "minimum": 0}


def test_the_version_header_is_asked_of_every_request_to_a_resource_of_xapi(
    document: dict[str, Any],
) -> None:
    header = {"$ref": "#/components/parameters/X-Experience-API-Version"}
    asking = {
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if header in operation.get("parameters", ())
    }
    assert asking == {path for path in document["paths"] if path.startswith("/xapi/")} - {
        "/xapi/about"
    }


def test_below_a_prefix_the_document_says_so(behind: Product) -> None:
    told = behind.client().get("/lrs/api/openapi.json").json()
    assert told["servers"] == [{"url": "/lrs"}]


def test_a_field_that_is_not_described_would_be_seen(
    client: Client, document: dict[str, Any]
) -> None:
    """Or the comparison with the document in all other tests would say nothing."""
    got = client.get("/api/v1/completions", params={"limit": 1})
    assert Description(document).faults(got) == []
    del document["components"]["schemas"]["Completions"]["properties"]["lag"]
    [fault] = Description(document).faults(got)
    assert "lag" in fault
    del document["paths"]["/api/v1/completions"]["get"]["responses"]["200"]
    [fault] = Description(document).faults(got)
    assert fault.startswith("status 200 is not among 400")


def test_the_page_shows_every_operation_and_fetches_nothing(
    server: Product, document: dict[str, Any]
) -> None:
    got = requests.get(f"{server.root}/api/docs", timeout=10)
    assert (got.status_code, got.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert got.headers["Content-Security-Policy"].startswith("default-src 'none';")
    for methods in document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in got.text
    links = re.findall(r'(?:href|src)="([^"]*)"', got.text)
    anchors = set(re.findall(r'id="([^"]*)"', got.text))
    assert {link[1:] for link in links if link.startswith("#")} <= anchors
    for link in (link for link in links if not link.startswith("#")):
        assert requests.get(f"{server.root}{link}", timeout=10).status_code == 200
    assert "<script" not in got.text
