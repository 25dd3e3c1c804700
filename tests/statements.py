"""Statements for tests."""

import uuid
from typing import Any


def completed(**changes: Any) -> dict[str, Any]:
    """Return a valid statement about an activity and a registration of its own."""
    statement: dict[str, Any] = {
        "actor": {"mbox": "mailto:amal@example.org", "name": "Amal"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en": "completed"}},
        "object": {"id": f"https://learn.example.org/course/{uuid.uuid4()}"},
        "result": {"score": {"scaled": 0.8}, "completion": True, "duration": "PT1H"},
        "context": {"registration": str(uuid.uuid4())},
        "timestamp": "2026-03-04T10:00:00+03:00",
    }
    return statement | changes
