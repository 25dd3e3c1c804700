import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest

from lrs.errors import HaltError, InvalidError, UnavailableError
from lrs.storage.blobs import ABANDONED, Blobs
from lrs.xapi.attachments import Received
from tests.s3 import BUCKET

DATA = bytes(range(256)) * 9000
SHA2 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["folder", "memory", "s3"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Blobs]:
    """Opens one store again and again; memory stands for the remote stores of fsspec but S3."""
    if request.param == "folder":
        return lambda: Blobs(str(tmp_path / "blobs"), tmp_path / "staging")
    url = f"memory://{uuid.uuid4()}"
    if request.param == "s3":
        server = request.getfixturevalue("s3")
        for name, value in server.settings.items():
            monkeypatch.setenv(name, value)
        url = f"s3://{BUCKET}/{uuid.uuid4()}"
    return lambda: Blobs(url, tmp_path / "staging")


def _stored(blobs: Blobs, sha2: str) -> bytes | None:
    return b"".join(blobs.chunks(sha2)) if blobs.holds(sha2) else None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_of_a_full_disk_that_is_told(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path / "blobs"), tmp_path / "staging")
    with (
        pytest.raises(UnavailableError, match="disk of the attachments is full"),
        blobs.answering(),
        Path("/dev/full").open("wb") as disk,
    ):
        disk.write(DATA)


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 50_000):
        yield data[start : start + 50_000]


def test_what_is_kept_is_read_back_byte_by_byte_also_by_another_process(
    opened: Callable[[], Blobs],
) -> None:
    with opened().stage() as staging:
        assert staging.add(SHA2, Received(), _pieces(DATA))
        staging.keep()
    assert _stored(opened(), SHA2) == DATA


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_data_is_kept_under_each_function_of_sha2(opened: Callable[[], Blobs], name: str) -> None:
    sha2 = hashlib.new(name, b"data").hexdigest()
    blobs = opened()
    with blobs.stage() as staging:
        assert staging.add(sha2, Received(), [b"data"])
        staging.keep()
    assert _stored(blobs, sha2) == b"data"


def test_data_that_was_not_kept_leaves_nothing(opened: Callable[[], Blobs], tmp_path: Path) -> None:
    blobs = opened()
    with blobs.stage() as staging:
        staging.add(SHA2, Received(), [DATA])
    assert _stored(blobs, SHA2) is None
    assert list((tmp_path / "staging").iterdir()) == []


def test_data_is_removed_when_reading_it_fails(opened: Callable[[], Blobs], tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield DATA
        raise InvalidError("the request ends")

    with pytest.raises(InvalidError), opened().stage() as staging:
        staging.add(SHA2, Received(), broken())
    assert list((tmp_path / "staging").iterdir()) == []


def test_data_with_another_hash_is_told(opened: Callable[[], Blobs]) -> None:
    with opened().stage() as staging:
        assert not staging.add(SHA2, Received(), [DATA, b"x"])


def test_data_given_twice_or_kept_before_stays_as_it_is(opened: Callable[[], Blobs]) -> None:
    blobs = opened()
    for _ in range(2):
        with blobs.stage() as staging:
            assert staging.add(SHA2, Received("text/plain"), [DATA])
            assert staging.add(SHA2, Received("text/html"), [DATA])
            assert staging.parts == {SHA2: Received("text/plain")}
            staging.keep()
    assert _stored(blobs, SHA2) == DATA


def test_a_refused_request_does_not_touch_the_same_data_of_an_accepted_one(
    opened: Callable[[], Blobs],
) -> None:
    blobs = opened()
    with blobs.stage() as accepted, blobs.stage() as refused:
        accepted.add(SHA2, Received(), [DATA])
        refused.add(SHA2, Received(), [DATA])
        accepted.keep()
    assert _stored(blobs, SHA2) == DATA


def test_staged_data_is_read_by_its_hash_in_either_case(opened: Callable[[], Blobs]) -> None:
    with opened().stage() as staging:
        staging.add(SHA2, Received(), [DATA])
        assert staging.body(SHA2.upper(), 10) == DATA[:10]
        assert staging.body("ab" * 32, 10) is None


@pytest.mark.parametrize("sha2", ["../../../etc/passwd", "ab" * 28, SHA2.upper(), "", "ab/" + SHA2])
def test_only_a_hash_names_data(opened: Callable[[], Blobs], sha2: str) -> None:
    assert not opened().holds(sha2)


def test_an_upload_that_broke_off_is_made_good(tmp_path: Path) -> None:
    root = f"memory://{uuid.uuid4()}"
    blobs = Blobs(root, tmp_path / "staging")
    with fsspec.open(f"{root}/{SHA2[:2]}/{SHA2}", "wb") as half:
        half.write(DATA[:1000])
    with blobs.stage() as staging:
        staging.add(SHA2, Received(), [DATA])
        staging.keep()
    assert _stored(blobs, SHA2) == DATA


def test_staged_data_of_a_process_that_died_is_swept(tmp_path: Path) -> None:
    staging = tmp_path / "staging"
    for name, age in (("old", ABANDONED + 60), ("new", 0)):
        (staging / name).mkdir(parents=True)
        (staging / name / SHA2).write_bytes(DATA)
        then = time.time() - age
        os.utime(staging / name, (then, then))
    Blobs(str(tmp_path / "blobs"), staging)
    assert [folder.name for folder in staging.iterdir()] == ["new"]


@pytest.mark.parametrize("url", ["nosuch://bucket", "{file}/blobs"])
def test_a_store_that_cannot_be_used_stops_the_start(tmp_path: Path, url: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HaltError, match="LRS_BLOBS"):
        Blobs(url.format(file=tmp_path / "file"), tmp_path / "staging")


def test_a_folder_that_went_away_is_an_outage(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path / "blobs"), tmp_path / "staging")
    (tmp_path / "staging").rmdir()
    with pytest.raises(UnavailableError), blobs.stage() as staging:
        staging.add(SHA2, Received(), [DATA])
