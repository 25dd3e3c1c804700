"""A server of the S3 protocol for tests: moto, as a process that a test may end."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
import requests

from tests.product import free_port
from tests.waiting import until

BUCKET = "attachments"


class S3Server:
    """moto on loopback, with one bucket; the objects are gone when the server ends."""

    def __init__(self) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> Mapping[str, str]:
        """The environment by which clients of AWS find the server."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def start(self) -> None:
        """Start the server and make the bucket."""
        port = self.address.rpartition(":")[2]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers, bool)
        self._client().create_bucket(Bucket=BUCKET)

    def stop(self) -> None:
        """End the server."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def objects(self) -> list[str]:
        """Return the names of all objects."""
        listed = self._client().list_objects_v2(Bucket=BUCKET)
        return [one["Key"] for one in listed.get("Contents", ())]

    def _client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.address,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
        )

    def _answers(self) -> bool:
        try:
            return requests.get(self.address, timeout=1).ok
        except requests.RequestException:
            return False


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A server of S3, shared by the tests of a session."""
    server = S3Server()
    server.start()
    yield server
    server.stop()
