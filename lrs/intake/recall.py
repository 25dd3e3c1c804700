"""The statement that is stored under an id: it decides whether another digest is a conflict.

The same statement may be written in many ways, and a claim's digest is that of the text.
"""

from collections.abc import Mapping
from typing import Any

from lrs.errors import UnavailableError
from lrs.storage.database import Pool
from lrs.xapi import json
from projections.folding.freshness import Freshness
from projections.statements.reads import Found, by_id


class StoredStatements:
    """Looks stored statements up, waiting for the fold where a claim is older than its row."""

    def __init__(self, database: Pool, freshness: Freshness) -> None:
        self._database = database
        self._freshness = freshness

    def recall(self, key: str) -> Mapping[str, Any] | None:
        """Return the statement under an id, voided or not; None if the log has none.

        Raises `UnavailableError` if the log is not folded far enough in time to tell.
        """
        found = self._find(key)
        if found is None:
            reached = self._freshness.catch_up("statements")
            found = self._find(key)
            if found is None and not reached:
                raise UnavailableError("the statement under this id cannot be read yet")
        return json.parse(bytes(found.payload)) if found else None

    def _find(self, key: str) -> Found | None:
        return by_id(self._database, key, voided=False) or by_id(self._database, key, voided=True)
