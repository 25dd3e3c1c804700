"""How members of the process tree are started, watched, and given up."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from multiprocessing.connection import Connection

import pytest

from lrs.errors import HaltError
from lrs.processes.supervisor import ATTEMPTS, TRY_AGAIN, Member, Supervisor
from lrs.processes.tuning import die_with_parent

BEGIN = """
import os, sys, threading
from lrs.processes.supervisor import Member, Supervisor
from lrs.errors import HaltError
from lrs.processes.supervisor import ATTEMPTS, TRY_AGAIN, Member, Supervisor
from lrs.processes.tuning import spare_switches
"""
POLICY = """
spare_switches()
thread = threading.Thread(target=lambda: print(os.sched_getscheduler(threading.get_native_id())))
thread.start()
thread.join()
"""
CORES = """
ask = [sys.executable, "-c", "import os; print(*sorted(os.sched_getaffinity(0)))"]
member = Member("asked", ask, one_core={one_core})
Supervisor().start(member)
member.process.wait()
"""


def told(script: str) -> list[int]:
    command = [sys.executable, "-c", BEGIN + script]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [int(number) for number in said.split()]


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="only Linux has this policy")
def test_threads_that_come_later_do_not_push_others_aside() -> None:
    assert told(POLICY) == [os.SCHED_BATCH]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux tells")
def test_a_member_keeps_to_one_core_if_it_is_told_to() -> None:
    allowed = sorted(os.sched_getaffinity(0))
    (kept,) = told(CORES.format(one_core=True))
    assert kept in (allowed[1:] or allowed), "the first core is the system's"
    assert told(CORES.format(one_core=False)) == allowed


def outlive(told: Connection) -> None:
    """Start a child that asks to die with its parent only when the parent is gone already."""
    multiprocessing.Process(target=ask_late, args=(os.getpid(), told)).start()
    os.kill(os.getpid(), signal.SIGKILL)


def ask_late(parent: int, told: Connection) -> None:
    while os.getppid() == parent:
        threading.Event().wait(0.01)
    die_with_parent()
    told.send("alive")


def test_a_process_whose_parent_ended_before_it_asked_does_not_go_on() -> None:
    heard, told = multiprocessing.Pipe(duplex=False)
    parent = multiprocessing.Process(target=outlive, args=(told,))
    parent.start()
    told.close()
    parent.join()
    with pytest.raises(EOFError):  # no process is left that could write anything
        heard.recv()


def running(script: str) -> tuple[Supervisor, Member]:
    supervisor, member = Supervisor(), Member("worker", [sys.executable, "-c", script])
    supervisor.start(member)
    return supervisor, member


def watch(supervisor: Supervisor, member: Member, times: int) -> None:
    """Watch a member end, and be started again, so many times."""
    for _ in range(times):
        assert member.process is not None
        member.process.wait()
        supervisor.watch_once()


def test_a_member_that_ends_at_once_again_and_again_ends_the_tree_with_its_last_lines() -> None:
    lines = "\n".join(f"line {number}" for number in range(30))
    supervisor, member = running(f"import sys; print({lines!r}, file=sys.stderr); sys.exit(3)")
    with pytest.raises(HaltError, match="worker ended 5 times") as raised:
        watch(supervisor, member, ATTEMPTS)
    said = str(raised.value).splitlines()
    assert "with 3" in said[0]
    assert said[-1] == "line 29"
    assert "line 1" not in said


def test_a_member_that_misses_another_is_started_again_however_often() -> None:
    supervisor, member = running(f"raise SystemExit({TRY_AGAIN})")
    watch(supervisor, member, ATTEMPTS + 1)
    assert member.process is not None
    member.process.wait()
    assert member.failures == 0


def test_what_a_member_writes_to_standard_error_is_passed_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    _, member = running("import sys; print('a line of the log', file=sys.stderr)")
    assert member.process is not None
    member.process.wait()
    assert member.last_lines is not None
    assert member.last_lines.text() == "a line of the log"
    assert capfd.readouterr().err == "a line of the log\n"
