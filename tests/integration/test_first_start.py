"""The first minutes with the product: any folder, what is printed, and what it says to try."""

import subprocess
from pathlib import Path

import pytest

from lrs.cli.announcement import announcement
from lrs.settings import Settings
from tests.product import LRS, Product, free_port, stored


def shown(product: Product, *options: str) -> str:
    """Start a product and stop it when it is ready; return what it printed."""
    port = ["--port", str(free_port()), "--data", str(product.data)]
    started = subprocess.Popen(
        [*LRS, "up", *port, *options], env=product.environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert started.stdout is not None
    lines = []
    for line in started.stdout:
        lines.append(line)
        if line.startswith(("A new one", "The credential")):
            break
    started.terminate()
    rest = started.stdout.read()
    started.stdout.close()
    assert started.wait(60) == 0
    return "".join([*lines, rest])


def test_the_first_start_ends_with_a_credential_and_the_next_says_how_to_get_one(
    tmp_path: Path,
) -> None:
    product = Product(tmp_path / "data")
    first, second = shown(product), shown(product)
    *_, last, frame, end = first.split("\n")
    assert (set(frame), end) == ({"="}, "")
    word = last.split()[-1]
    assert word.startswith("first:")
    assert f"curl -u {word} " in first
    assert f"Making a database in {product.data}" in first
    assert "Making a database" not in second
    assert word not in second
    assert f"LRS_DATA={product.data} lrs credential add NAME" in second


def test_what_the_first_start_says_to_try_works(product: Product) -> None:
    asked = announcement(Settings(port=product.port), True, (product.key, product.secret))
    _, _, commands = asked.partition("completed:\n")
    tried = subprocess.run(
        ["sh", "-ec", commands.partition("The credential")[0]], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert tried.returncode == 0, tried.stderr
    assert '"position"' in tried.stdout


@pytest.mark.parametrize("command", [("migrate",), ("credential", "list"), ("consume",)])
def test_a_command_that_finds_no_data_folder_names_the_setting(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    outcome = Product(tmp_path).command(*command)
    assert outcome.returncode == 1
    assert f"no database in {tmp_path}: LRS_DATA names" in outcome.stderr


def test_a_command_that_finds_a_stopped_product_says_so(product: Product) -> None:
    product.stop()
    outcome = product.command("credential", "list")
    assert outcome.returncode == 75
    assert f"the database in {product.data} does not run: `lrs up` starts it" in outcome.stderr


@pytest.mark.parametrize("data", ["data", "lrs"])
def test_any_folder_will_do_whatever_else_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str
) -> None:
    for name in ("lrs", "consumers", "projections", "migrations"):
        (tmp_path / name).mkdir()
    for name in ("__init__.py", "consumers/__init__.py", "projections/__init__.py", "click.py"):
        (tmp_path / name).write_text("raise ImportError('this is not the product')")
    monkeypatch.chdir(tmp_path)
    product = Product(tmp_path / data)
    product.start()
    assert stored(product)
    assert product.stop() == 0
