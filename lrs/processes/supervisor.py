"""The process tree of `lrs up`: starts members in order, restarts what dies, stops all together.

Members die with the supervisor (PR_SET_PDEATHSIG), however it dies, so nothing is left running.
"""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lrs.errors import HaltError
from lrs.processes.last_lines import LastLines
from lrs.processes.tuning import die_with_parent, keep_to_one_core

PATIENCE: Final = 15.0
"""Seconds that a member has to stop before it is killed."""

STEADY: Final = 10.0
"""Seconds of life after which a member counts as steady: its next restart is immediate."""

ATTEMPTS: Final = 5
"""How often a member that was never steady may end before the supervisor gives up."""

TRY_AGAIN: Final = 75
"""Exit code (`EX_TEMPFAIL`, sysexits.h) of a member that found another one missing: no failure."""

logger = logging.getLogger(__name__)


@dataclass
class Member:
    """A process of the tree.

    `stop_signal` is how it is asked to end; `one_core` tells whether it keeps to one core.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    owner: Mapping[str, Any] = field(default_factory=dict)
    stop_signal: int = signal.SIGTERM
    one_core: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    failures: int = 0
    steady: bool = False
    last_lines: LastLines | None = None


class Supervisor:
    """Keeps members running until told to stop."""

    def __init__(self) -> None:
        self._members: list[Member] = []
        self.stopping = threading.Event()

    def start(self, member: Member) -> None:
        """Start a member and keep it."""
        self._members.append(member)
        self._spawn(member)

    def watch_once(self) -> None:
        """Restart the members that have died, after pauses that grow while one keeps dying.

        Raises `HaltError` with the last lines of a member that has failed `ATTEMPTS` times and was
        never steady. A member that was steady once is restarted for ever: what ends it may pass.
        """
        for member in self._members:
            if member.process is None or member.process.poll() is None:
                continue
            lived = time.monotonic() - member.started
            self._count(member, lived)
            member.pause = 0.1 if lived > STEADY else min(max(member.pause * 2, 0.1), 5.0)
            logger.warning(
                "%s ended with %s; starting it again", member.name, member.process.returncode
            )
            if self.stopping.wait(member.pause):
                return
            self._spawn(member)

    def _count(self, member: Member, lived: float) -> None:
        assert member.process is not None
        code = member.process.returncode
        member.steady = member.steady or lived > STEADY
        if code != TRY_AGAIN:
            member.failures += 1
        if not member.steady and member.failures >= ATTEMPTS:
            raise HaltError(
                f"{member.name} ended {ATTEMPTS} times right after its start, the last time with "
                f"{code}{said(member)}"
            )

    def run(self) -> None:
        """Watch until told to stop."""
        while not self.stopping.wait(0.1):
            self.watch_once()

    def stop(self) -> None:
        """Stop all members, the last started first; kill what does not stop in time."""
        self.stopping.set()
        for member in reversed(self._members):
            process = member.process
            if process is None or process.poll() is not None:
                continue
            process.send_signal(member.stop_signal)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                logger.warning("%s does not stop: killed", member.name)
                process.kill()
                process.wait()

    def _spawn(self, member: Member) -> None:
        member.started = time.monotonic()
        supervisor = os.getpid()
        member.process = subprocess.Popen(
            list(member.command),
            env={**os.environ, **member.environment},
            # Our other threads only copy lines and hold no lock that the new process would need.
            preexec_fn=lambda: _prepare(member, supervisor),  # noqa: PLW1509
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            **member.owner,
        )
        assert member.process.stderr is not None
        member.last_lines = LastLines(member.process.stderr)
        logger.info("%s runs as process %s", member.name, member.process.pid)


def said(member: Member) -> str:
    """Return the last lines of a member, as the end of a message; empty if it wrote none."""
    lines = member.last_lines.text() if member.last_lines else ""
    return f"; its last lines:\n{lines}" if lines else ""


def _prepare(member: Member, supervisor: int) -> None:
    """Run in the new process before its program."""
    die_with_parent(member.stop_signal, supervisor)
    if member.one_core:
        keep_to_one_core()
