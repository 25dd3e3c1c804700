"""A client that a generator makes from the OpenAPI document works against the product."""

import base64
import importlib
import json
import subprocess
import sys
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from tests.product import KEY, SECRET, Product
from tests.statements import completed

pytestmark = pytest.mark.slow

VERSION = {"x_experience_api_version": "2.0.0"}
CONFIGURATION = {
    "content_type_overrides": dict.fromkeys(("multipart/mixed", "*/*"), "application/octet-stream"),
    "post_hooks": [],
}

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def package(server: Product, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of the generated package, which can be imported."""
    folder = tmp_path_factory.mktemp("generated")
    with server.client() as client:
        document = client.get("/api/openapi.json").json()
    for methods in document["paths"].values():
        for operation in methods.values():
            _keep_first_media_type(operation.get("requestBody", {"content": {}})["content"])
    (folder / "openapi.json").write_text(json.dumps(document))
    (folder / "configuration.json").write_text(json.dumps(CONFIGURATION))
    name = f"generated_{uuid.uuid4().hex}"
    made = subprocess.run(
        [
            sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none",
            "--fail-on-warning", "--path", str(folder / "openapi.json"),
            "--config", str(folder / "configuration.json"), "--output-path", str(folder / name),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    return name


def _keep_first_media_type(content: dict[str, Any]) -> None:
    """Of several, the generator tells the body's by `isinstance`, which lists and Any refuse."""
    for media in list(content)[1:]:
        del content[media]


@pytest.fixture
def call(server: Product, package: str) -> Call:
    """Call an operation, `statements.put_statement`, as a user of the generated client does."""
    made = importlib.import_module(f"{package}.client")

    def called(operation: str, **arguments: Any) -> Any:
        client = made.AuthenticatedClient(
            base_url=server.root, token=_token(), prefix="Basic", raise_on_unexpected_status=True
        )
        with client as opened:
            module = importlib.import_module(f"{package}.api.{operation}")
            return module.sync_detailed(client=opened, **arguments)

    return called


def _token() -> str:
    return base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()


@pytest.fixture
def model(package: str) -> Callable[[str], Any]:
    models = importlib.import_module(f"{package}.models")
    return lambda name: getattr(models, name)


def test_statements_come_back_as_they_were_stored(call: Call, model: Callable[[str], Any]) -> None:
    key = uuid.uuid4()
    statement = model("Statement").from_dict(completed())
    put = call("statements.put_statement", body=statement, statement_id=key, **VERSION)
    assert put.status_code == 204
    got = call("statements.get_statements", statement_id=key, **VERSION).parsed
    assert (got.id, got.verb, got.actor) == (key, statement.verb, statement.actor)
    posted = call("statements.post_statements", body=[statement, statement], **VERSION).parsed
    assert len(posted) == 2
    page = call("statements.get_statements", limit=1, ascending=True, **VERSION).parsed
    assert (len(page.statements), bool(page.more)) == (1, True)


def test_documents_come_back_as_they_were_stored(call: Call, package: str) -> None:
    place = {
        "activity_id": f"urn:x:{uuid.uuid4()}",
        "agent": json.dumps({"mbox": "mailto:a@example.org"}),
    }
    made = importlib.import_module(f"{package}.types")
    sent = made.File(payload=BytesIO(b"\x00bytes"))
    state = {**place, "state_id": "bookmark", **VERSION}
    assert call("documents.put_activities_state", body=sent, **state).status_code == 204
    got = call("documents.get_activities_state", **state)
    assert got.parsed.payload.read() == b"\x00bytes"
    assert got.headers["etag"]
    assert call("documents.delete_activities_state", **state).status_code == 204


def test_completions_are_typed(call: Call, model: Callable[[str], Any]) -> None:
    activity = f"https://learn.example.org/{uuid.uuid4()}"
    statement = model("Statement").from_dict(completed(object={"id": activity}))
    [key] = call("statements.post_statements", body=[statement], **VERSION).parsed
    got = call("completions.get_completions", activity=activity).parsed
    assert (got.lag, got.more, got.until.tzinfo is not None) == (0, "", True)
    [row] = got.completions
    assert (row.activity, row.statements, row.first.statement) == (activity, [key], key)


def test_errors_are_typed(call: Call) -> None:
    refused = call("completions.get_completions", as_of="soon").parsed
    assert (refused.status, refused.errors[0].parameter) == (400, "as_of")
    absent = call("statements.get_statements", statement_id=uuid.uuid4(), **VERSION)
    assert (absent.status_code, absent.parsed.error) == (404, "not-found")


def test_what_needs_no_credential_is_there(call: Call) -> None:
    assert "2.0.0" in call("knowledge.get_about").parsed.version
    assert call("server.get_ready").parsed.status == "ready"
    assert call("server.get_live").parsed.status == "live"
