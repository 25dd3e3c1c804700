"""The last lines that a process wrote to standard error, all of which also goes to our own."""

import os
import threading
from collections import deque
from contextlib import suppress
from typing import IO, Final

KEPT: Final = 12
"""Lines that are kept: a message of ours takes one line, the end of a traceback a few more."""

STANDARD_ERROR: Final = 2


class LastLines:
    """Passes on the lines of a pipe as they come, and keeps the last ones."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._kept: deque[bytes] = deque(maxlen=KEPT)
        self._copying = threading.Thread(target=self._copy, args=(pipe,), daemon=True)
        self._copying.start()

    def text(self) -> str:
        """Return the lines of a process that has ended.

        Waits a second at most: a child of the process may live on and hold the pipe open.
        """
        self._copying.join(1.0)
        return b"".join(self._kept).decode(errors="replace").rstrip()

    def _copy(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self._kept.append(line)
                with suppress(OSError):  # nobody reads our standard error any more
                    os.write(STANDARD_ERROR, line)
