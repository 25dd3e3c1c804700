"""A learner for each test, so that tests do not see each other's completions."""

import json
import uuid
from typing import Any

from tests.product import Client
from tests.statements import completed
from tests.waiting import until

Statement = dict[str, Any]

PASSED = {"id": "http://adlnet.gov/expapi/verbs/passed"}
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}


class Learner:
    """Someone new, in an activity of its own, so that tests do not see each other's rows."""

    def __init__(self, client: Client, name: str = "") -> None:
        self.client = client
        account = {"homePage": "https://people.example.org", "name": name or str(uuid.uuid4())}
        self.agent = {"objectType": "Agent", "account": account}
        self.activity = f"https://learn.example.org/{uuid.uuid4()}"

    def posts(self, **changes: Any) -> Statement:
        """Post a completion of this learner; return it with its id."""
        given = {"id": str(uuid.uuid4()), "actor": self.agent, "object": {"id": self.activity}}
        made = completed(**{**given, "result": {"completion": True}, **changes})
        statement = {name: value for name, value in made.items() if value is not None}
        answer = self.client.post("/xapi/statements", json=statement)
        assert answer.status_code == 200, answer.text
        return statement

    def voids(self, target: str) -> None:
        """Void a statement."""
        self.posts(verb=VOIDED, object={"objectType": "StatementRef", "id": target}, result=None)

    def asks(self, **parameters: Any) -> dict[str, Any]:
        """Return the completions of this learner, once all that was posted is folded."""
        asked = {"agent": json.dumps(self.agent), **parameters}

        def answer() -> dict[str, Any]:
            got = self.client.get("/api/v1/completions", params=asked)
            assert got.status_code == 200, got.text
            found: dict[str, Any] = got.json()
            return found

        return until(answer, lambda found: found["lag"] == 0)

    def row(self, **parameters: Any) -> dict[str, Any]:
        """Return the only row about this learner."""
        (only,) = self.asks(**parameters)["completions"]
        row: dict[str, Any] = only
        return row
