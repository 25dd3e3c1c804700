"""`lrs up`: one process tree that starts, survives the death of any member, and stops whole."""

import signal
import subprocess
from functools import partial
from pathlib import Path

import psutil
import pytest
import requests

from lrs.opening import database_url
from lrs.settings import Settings
from lrs.storage.database import connect
from tests.integration.load import wait_for
from tests.product import LRS, Product, free_port, stored
from tests.statements import completed


def tree(product: Product) -> list[psutil.Process]:
    assert product.process is not None
    return psutil.Process(product.process.pid).children(recursive=True)


def replaced(product: Product, member: psutil.Process) -> bool:
    """Tell whether a process is gone from the tree: what a dead server left may still answer."""
    return member.pid not in {one.pid for one in tree(product)}


def gone(processes: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes)


def alive(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/live", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_it_survives_the_death_of_every_member_and_keeps_what_it_has(product: Product) -> None:
    with product.client() as client:
        key = client.post("/xapi/statements", json=completed()).json()[0]
    assert product.process is not None
    # The database last: a consumer that is still starting ends when there is no database.
    for member in reversed(psutil.Process(product.process.pid).children()):
        member.kill()
        wait_for(partial(replaced, product, member), 60)
        wait_for(partial(stored, product), 60)
    with product.client() as client:
        assert client.get("/xapi/statements", params={"statementId": key}).status_code == 200


def test_a_server_process_that_dies_is_replaced(product: Product) -> None:
    product.members("serve")[-1].kill()
    wait_for(lambda: stored(product), 60)


def test_an_interrupt_stops_everything_cleanly_and_a_new_start_finds_all(product: Product) -> None:
    with product.client() as client:
        key = client.post("/xapi/statements", json=completed()).json()[0]
    members = tree(product)
    assert len(members) >= 4
    assert product.stop() == 0
    assert gone(members)
    product.start()
    with product.client() as client:
        assert client.get("/xapi/statements", params={"statementId": key}).status_code == 200


def test_the_process_that_watches_is_small_and_what_prepared_the_start_has_ended(
    product: Product,
) -> None:
    assert product.process is not None
    watching = psutil.Process(product.process.pid)
    assert len(watching.children()) == 3
    assert watching.memory_full_info().uss < 30 * 2**20


@pytest.mark.parametrize("said", ["Starting the database", "Bringing the tables"])
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_nothing_is_left_running_when_the_start_is_cut_off(
    tmp_path: Path, said: str, sign: int, code: int
) -> None:
    options = ["--port", str(free_port()), "--data", str(tmp_path / "data")]
    started = subprocess.Popen([*LRS, "up", *options], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert any(line.startswith(said) for line in iter(started.stdout.readline, ""))
    members = psutil.Process(started.pid).children(recursive=True)
    started.send_signal(sign)
    started.stdout.read()
    started.stdout.close()
    assert started.wait(60) == code
    wait_for(lambda: gone(members), 30)


def test_nothing_is_left_running_when_the_supervisor_is_killed(product: Product) -> None:
    members = tree(product)
    assert product.process is not None
    product.process.kill()
    product.process.wait()
    assert product.process.stdout is not None
    product.process.stdout.close()
    wait_for(lambda: gone(members), 30)
    product.start()
    assert stored(product)


def test_a_second_consumer_waits_and_takes_over(product: Product) -> None:
    second = subprocess.Popen(
        [*LRS, "consume"], env=product.environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert second.stderr is not None
        assert any("waiting to take over" in line for line in iter(second.stderr.readline, ""))
        (first,) = product.members("consume")
        first.suspend()
        first.kill()
        wait_for(lambda: stored(product), 60)
    finally:
        second.terminate()
        second.communicate(timeout=30)
    assert stored(product)


def test_what_is_started_by_hand_outlives_the_shell_that_started_it(product: Product) -> None:
    port = free_port()
    shell = subprocess.Popen(
        ["sh", "-c", '"$@" <&- >&2 & echo $!; read closed', "sh", *LRS, "serve"],
        env={**product.environment, "LRS_PORT": str(port)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert shell.stdout is not None
    server = psutil.Process(int(shell.stdout.readline()))
    wait_for(partial(alive, port), 30)
    shell.communicate()
    with pytest.raises(psutil.TimeoutExpired):
        server.wait(2)
    assert alive(port)
    server.terminate()
    wait_for(lambda: gone([server]), 30)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("LRS_LOG", "kafka://host", "kafka://host:port/topic"),
        ("LRS_DATABASE", "mysql://x", "postgresql://"),
        ("LRS_PORT", "many", "number"),
        ("LRS_COLOUR", "blue", "no such setting"),
        ("LRS_DATABASE", "postgresql://u:p%zz@host/x", "%25"),
        ("LRS_DATABASE", "postgresql://host/x?colour=blue", "colour"),
        ("LRS_DATABASE", " postgresql://host/x", "postgresql://"),
        ("LRS_HOST", "no.such.host.invalid", "must be an address"),
        ("LRS_HOST", "192.0.2.1", "nothing can listen"),
        ("LRS_HOST", "", "must be an address"),
        ("LRS_APPEND_TIMEOUT", "nan", "at least"),
        ("LRS_APPEND_TIMEOUT", "inf", "at most"),
        ("LRS_READ_WAIT", "inf", "at most"),
        ("LRS_PATH_PREFIX", "/a//b", "slash"),
        ("LRS_AUTHORITY", "foo", "IRI"),
        ("LRS_AUTHORITY", "", "IRI"),
        ("LRS_LOG_LEVEL", "loud", "must be one of debug, info"),
        ("LRS_BLOBS", "nosuch://x", "attachments cannot be kept"),
    ],
)
def test_a_bad_setting_stops_the_start_and_is_named(
    tmp_path: Path, setting: str, value: str, words: str
) -> None:
    outcome = Product(tmp_path, {setting: value}).command("up")
    assert outcome.returncode == 1
    assert setting in outcome.stderr
    assert words in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_short_secret_given_by_hand_is_refused(tmp_path: Path) -> None:
    outcome = Product(tmp_path).command("up", "--credential", "key:short")
    assert outcome.returncode == 1
    assert "at least 16 characters" in outcome.stderr


def test_a_database_that_follows_another_log_is_refused_and_both_are_named(
    product: Product,
) -> None:
    with connect(database_url(Settings(data=str(product.data)))) as connection:
        row = connection.execute("SELECT value FROM store WHERE name = 'log'").fetchone()
        connection.execute("UPDATE log_head SET identity = gen_random_uuid()")
        other = connection.execute("SELECT identity FROM log_head").fetchone()
    assert row is not None
    assert other is not None
    outcome = product.command("consume")
    assert outcome.returncode == 1
    assert row[0] in outcome.stderr
    assert str(other[0]) in outcome.stderr


def test_a_port_that_is_taken_is_refused(product: Product, tmp_path: Path) -> None:
    other = Product(tmp_path / "other")
    outcome = other.command("up", "--port", str(product.port), "--data", str(other.data))
    assert outcome.returncode == 1
    assert f"127.0.0.1:{product.port}" in outcome.stderr


def test_a_data_folder_in_use_is_refused(product: Product) -> None:
    port = str(free_port())
    outcome = product.command("up", "--port", port, "--data", str(product.data))
    assert outcome.returncode == 1
    assert f"LRS_DATA: another `lrs up` uses {product.data}" in outcome.stderr


@pytest.mark.parametrize(("host", "address"), [("::1", "[::1]"), ("localhost", "127.0.0.1")])
def test_an_address_or_a_name_is_served(tmp_path: Path, host: str, address: str) -> None:
    product = Product(tmp_path / "data", {"LRS_HOST": host})
    product.start()
    about = requests.get(f"http://{address}:{product.port}/xapi/about", timeout=10)
    assert (about.status_code, product.stop()) == (200, 0)


@pytest.mark.parametrize("name", ["Jane's data", "50%off", "one, two"])
def test_a_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    product = Product(tmp_path / name)
    product.start()
    assert stored(product)
    assert product.stop() == 0


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = Product(tmp_path).command("up", "--data", str(tmp_path / "file" / "data"))
    assert outcome.returncode == 1
    assert "LRS_DATA" in outcome.stderr
    assert "Traceback" not in outcome.stderr
