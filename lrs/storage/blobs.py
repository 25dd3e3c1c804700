"""The raw data of attachments, kept by content: each under its SHA-2, wherever fsspec reaches.

Data is staged on the local disk while it arrives, since only the whole request shows whether it may
stay: a refused request then leaves nothing behind, on S3 neither an upload to abort nor a copy to
make. What has been kept is never deleted here, also if the append fails after it: another statement
may name the same bytes, and data that no statement names does no harm.
"""

import errno
import importlib
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

import fsspec
from fsspec.implementations.local import LocalFileSystem

from lrs.errors import HaltError, UnavailableError
from lrs.xapi.attachments import Received, hasher

CHUNK: Final = 2**20
ABANDONED: Final = 24 * 60 * 60.0
"""Seconds after which staged data is that of a process which died."""
S3_UPLOAD: Final[Mapping[str, int]] = {"chunksize": 8 * 2**20, "max_concurrency": 2}
"""Left to itself s3fs holds ten pieces of 50 MiB in memory; S3 takes 10,000 pieces of one blob."""

_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT))
_SHA2: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}")


class Blobs:
    """A folder or bucket of blobs by their SHA-2 in lower case; safe to use from many threads."""

    def __init__(self, url: str, staging: Path) -> None:
        """Open the store at a path or fsspec URL; `staging` is a folder on a local disk.

        A folder is best staged inside itself: keeping is then a rename. Raises `HaltError` when
        the URL cannot be used or the folders cannot be written to.
        """
        try:
            self._files, self._root = fsspec.core.url_to_fs(url)
            self._local = isinstance(self._files, LocalFileSystem)
            staging.mkdir(parents=True, exist_ok=True)
            if self._local:
                Path(self._root).mkdir(parents=True, exist_ok=True)
            _sweep(staging)
        except (OSError, ValueError, ImportError) as error:
            raise HaltError(f"LRS_BLOBS: attachments cannot be kept in {url}: {error}") from error
        self._staging = staging
        self._failures = _failures(self._files)
        self._upload_options = S3_UPLOAD if _is_s3(self._files) else {}

    def stage(self) -> "Staging":
        """Return a place for the raw data of one request."""
        return Staging(self, self._staging)

    def holds(self, sha2: str) -> bool:
        """Tell whether the data with this hash is here."""
        return self._size(sha2) is not None

    def chunks(self, sha2: str) -> Iterator[bytes]:
        """Yield the data with this hash, which must be here, in pieces."""
        with (
            self.answering(),
            self._files.open(self._path(sha2), "rb", block_size=CHUNK) as file,
        ):
            while chunk := file.read(CHUNK):
                yield chunk

    def keep(self, staged: Mapping[str, Path]) -> None:
        """Keep files under their hashes, durably and each at once; a local store takes them away.

        Raises `UnavailableError` when the store does not take them.
        """
        with self.answering():
            if self._local:
                self._move(staged)
            else:
                self._upload(staged)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Turn failures of a disk or a remote store into `UnavailableError`."""
        try:
            yield
        except self._failures as error:
            if isinstance(error, OSError) and error.errno in _FULL:
                raise UnavailableError("the disk of the attachments is full") from error
            raise UnavailableError(f"the store of attachments fails: {error}") from error

    def _move(self, staged: Mapping[str, Path]) -> None:
        changed = {Path(self._root)}
        for sha2, file in staged.items():
            _sync(file)
            kept = Path(self._path(sha2))
            kept.parent.mkdir(exist_ok=True)
            file.replace(kept)
            changed.add(kept.parent)
        for folder in changed:
            _sync(folder)

    def _upload(self, staged: Mapping[str, Path]) -> None:
        for sha2, file in staged.items():
            # Not every remote store writes in one step: another size is an upload that broke off.
            if self._size(sha2) != file.stat().st_size:
                self._files.put_file(str(file), self._path(sha2), **self._upload_options)

    def _size(self, sha2: str) -> int | None:
        if not _SHA2.fullmatch(sha2):
            return None  # a hash that a client wrote must not become a path of its choice
        with self.answering():
            try:
                return int(self._files.info(self._path(sha2))["size"])
            except FileNotFoundError:
                return None

    def _path(self, sha2: str) -> str:
        return f"{self._root}/{sha2[:2]}/{sha2}"


class Staging:
    """The raw data of one request on its way; leaving the context removes what was not kept."""

    def __init__(self, blobs: Blobs, parent: Path) -> None:
        self.parts: dict[str, Received] = {}
        self._blobs = blobs
        self._parent = parent
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        """Touch no disk: most requests bring no attachments."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what is left."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, sha2: str, declared: Received, chunks: Iterable[bytes]) -> bool:
        """Write data down and tell whether it has this hash (lower case); if not, give up."""
        digest = hasher(sha2)
        with self._blobs.answering():
            if self._folder is None:
                self._folder = self._parent / uuid4().hex
                self._folder.mkdir()
            with self._file(sha2).open("wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
        self.parts.setdefault(sha2, declared)
        return digest.hexdigest() == sha2

    def body(self, sha2: str, limit: int) -> bytes | None:
        """Return the first bytes of staged data by its hash in either case; None if none came."""
        if sha2.lower() not in self.parts:
            return None
        with self._blobs.answering(), self._file(sha2.lower()).open("rb") as file:
            return file.read(limit)

    def keep(self) -> None:
        """Move everything to the store, where it stays; raises `UnavailableError`."""
        if self.parts:
            self._blobs.keep({sha2: self._file(sha2) for sha2 in self.parts})

    def _file(self, sha2: str) -> Path:
        assert self._folder is not None
        return self._folder / sha2


def _sync(path: Path) -> None:
    """Have the disk confirm a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(staging: Path) -> None:
    """Remove what processes left that died while data arrived."""
    for folder in staging.iterdir():
        if time.time() - folder.stat().st_mtime > ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def _is_s3(files: Any) -> bool:
    protocol = files.protocol
    return "s3" in ((protocol,) if isinstance(protocol, str) else protocol)


def _failures(files: Any) -> tuple[type[Exception], ...]:
    """Return what a file system raises when it fails; s3fs lets errors of its client through."""
    if not _is_s3(files):
        return (OSError,)
    return OSError, importlib.import_module("botocore.exceptions").BotoCoreError
