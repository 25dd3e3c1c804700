"""Documents over HTTP: one place of one resource, as a client works with it."""

import json
import uuid
from typing import Any

from tests.product import Client

RESOURCES = ["activities/state", "agents/profile", "activities/profile"]
PROFILES = RESOURCES[1:]
VERSIONS = ["1.0.3", "2.0.0"]


class Place:
    """One document of one resource, under a name of its own."""

    def __init__(self, client: Client, resource: str) -> None:
        self.client = client
        self.path = f"/xapi/{resource}"
        self.name = "stateId" if resource.endswith("state") else "profileId"
        self.context = {}
        if resource.startswith("activities"):
            self.context["activityId"] = f"http://example.org/activity/{uuid.uuid4()}"
        if resource != "activities/profile":
            account = {"homePage": "http://example.org", "name": str(uuid.uuid4())}
            self.context["agent"] = json.dumps({"account": account})
        self.params = self.context | {self.name: "bookmark"}

    def send(self, method: str, content: bytes | None = None, **headers: str) -> Any:
        """Send a request; names of headers with underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(
            method, self.path, params=self.params, data=content, headers=named
        )

    def create(self, content: bytes, content_type: str = "application/json") -> str:
        """Store the first version and return its ETag."""
        sent = self.send("PUT", content, Content_Type=content_type, If_None_Match="*")
        assert sent.status_code == 204, sent.text
        return str(self.send("GET").headers["ETag"])

    def ids(self, **params: str) -> Any:
        """Ask for the list of the context."""
        return self.client.get(self.path, params=self.context | params)
