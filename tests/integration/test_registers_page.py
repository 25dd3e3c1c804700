"""The commands of docs/registers.md, one after the other, on a product of their own."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends import missing
from tests.product import Product

PAGE = (Path(__file__).parents[2] / "docs" / "registers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)(?: (\S+))?\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("registers"))
    product.start()
    yield product
    assert product.stop() == 0


def answered(product: Product, folder: Path, command: str) -> str:
    """Return all that a command of the page prints."""
    name, *rest = shlex.split(command)
    if name == "cat":
        return (folder / rest[0]).read_text("utf-8-sig")
    if name == "lrs":
        inside = [str(folder / one) if re.search(r"\.(csv|json)$", one) else one for one in rest]
        done = product.command(*inside)
        return done.stdout + done.stderr
    if shutil.which(name) is None:
        missing(f"no {name} on this machine")
    there = {
        "http://localhost:8080": product.root,
        "steward:SECRET": f"{product.key}:{product.secret}",
    }
    for shown, own in there.items():
        rest = [one.replace(shown, own) for one in rest]
    return subprocess.run([name, *rest], capture_output=True, text=True, check=True).stdout


def test_every_command_answers_as_the_page_says(product: Product, tmp_path: Path) -> None:
    for kind, name, content in BLOCKS:
        if name:
            (tmp_path / name).write_text(content, "utf-8")
        if kind != "console":
            continue
        for command, shown in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", content, re.MULTILINE):
            printed = answered(product, tmp_path, command).replace("\r", "")
            for line in shown.splitlines():
                assert line in printed, command
