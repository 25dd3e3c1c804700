"""Reads that show what was written before them."""

from lrs.http.wire.front import front


def catch_up(projection: str) -> None:
    """Wait, for a bounded time, until a projection has folded the log to its present end."""
    parts = front()
    parts.progress.wait(projection, parts.log.horizon().end, parts.settings.read_wait)
