"""Attachments in S3: in and out through the API, whole or not at all, and outages told."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.parts import answered, described, raw, send
from tests.product import Client, Product
from tests.s3 import BUCKET, S3Server
from tests.statements import completed

PREFIX = "of/ledger"
MEBIBYTE = 2**20


@pytest.fixture
def own() -> Iterator[S3Server]:
    """A server of S3 that the test may end."""
    server = S3Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def product(tmp_path: Path, own: S3Server) -> Iterator[Product]:
    settings = {**own.settings, "LRS_BLOBS": f"s3://{BUCKET}/{PREFIX}"}
    product = Product(tmp_path / "data", settings)
    product.start()
    yield product
    assert product.stop() == 0


def test_attachments_are_kept_in_a_bucket(product: Product, own: S3Server) -> None:
    client = product.client()
    large = random.Random(1).randbytes(20 * MEBIBYTE)  # several parts of an upload
    for data in (large, b"small", b""):
        sent = send(client, completed(attachments=[described(data)]), raw(data))
        assert sent.status_code == 200, sent.text
        _, parts = answered(_read(client, sent.json()[0]))
        assert [part.body for part in parts] == [data]
    sha2 = hashlib.sha256(large).hexdigest()
    assert f"{PREFIX}/{sha2[:2]}/{sha2}" in own.objects()


def test_memory_is_bounded_while_a_large_attachment_passes(product: Product) -> None:
    client = product.client()
    (*_, worker) = product.members("serve")
    send(client, completed(attachments=[described(b"first")]), raw(b"first"))
    before = worker.memory_info().rss
    data = random.Random(2).randbytes(200 * MEBIBYTE)
    sent = send(client, completed(attachments=[described(data)]), raw(data))
    assert sent.status_code == 200, sent.text
    assert _peak(worker) - before < 120 * MEBIBYTE


def test_what_is_refused_leaves_nothing_in_the_bucket(product: Product, own: S3Server) -> None:
    wrong = completed(attachments=[described(b"named")], verb={"id": "no iri"})
    assert send(product.client(), wrong, raw(b"named")).status_code == 400
    assert own.objects() == []


def test_an_outage_is_told_and_nothing_is_stored(product: Product, own: S3Server) -> None:
    client = product.client()
    end = client.get("/health/ready").json()["log"]["end"]
    own.stop()
    statement = completed(attachments=[described(b"lost")])
    refused = send(client, statement, raw(b"lost"))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert client.get("/health/ready").json()["log"]["end"] == end
    own.start()
    assert send(client, statement, raw(b"lost")).status_code == 200


def _read(client: Client, key: str) -> requests.Response:
    asked = {"statementId": key, "attachments": "true"}
    return client.get("/xapi/statements", params=asked)


def _peak(process: psutil.Process) -> int:
    """Return the most memory that a process has held, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
