"""What a process asks of the kernel."""

import os
import subprocess
import sys

import pytest

ASK = """
import os, threading
from lrs.supervisor import spare_switches
spare_switches()
thread = threading.Thread(target=lambda: print(os.sched_getscheduler(threading.get_native_id())))
thread.start()
thread.join()
"""


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="only Linux has this policy")
def test_threads_that_come_later_do_not_push_others_aside() -> None:
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert int(told.stdout) == os.SCHED_BATCH
