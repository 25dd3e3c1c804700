"""The map of the house shows what is there, and its arrows what may be imported."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
MAP: Final = "docs/map.md"
SHOWN: Final = ("lrs", "consumers", "projections", "migrations", "bench")
OURS: Final = ("lrs", "consumers", "projections")
GROUND: Final = {"lrs.errors", "lrs.clock"}
"""Modules that everybody may import."""

ENTRY: Final = re.compile(r"^(?P<indent>(?:  )*)(?P<name>[\w.-]+/?)(?:  +(?P<says>.*))?$")
LEFT_OUT: Final = {"__init__.py", "py.typed"}


def entries() -> Iterator[tuple[str, str]]:
    """Yield path and text of each line of the tree; the path of a folder ends in a slash."""
    tree = (ROOT / MAP).read_text().split("```")[1]
    folders: list[str] = []
    for line in tree.strip("\n").splitlines():
        if not line.strip():
            continue
        found = ENTRY.match(line)
        assert found is not None, f"{MAP}: this is no line of a tree: {line!r}"
        del folders[len(found["indent"]) // 2 :]
        yield "".join([*folders, found["name"]]), found["says"] or ""
        folders.append(found["name"])


def sources() -> set[str]:
    """Return the path of every file and folder that the map must show."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *SHOWN],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = {Path(line) for line in listed.stdout.splitlines() if (ROOT / line).exists()}
    files = {str(path) for path in paths if path.name not in LEFT_OUT}
    return files | {f"{folder}/" for path in paths for folder in path.parents[:-1]}


def proposed(path: str) -> str:
    """Return the line that the map lacks, with the first line of the module's docstring."""
    says = "what it holds"
    if path.endswith(".py"):
        says = (ast.get_docstring(ast.parse((ROOT / path).read_text())) or says).splitlines()[0]
    name = Path(path).name + "/" * path.endswith("/")
    return f"{'  ' * path.rstrip('/').count('/')}{name}  {says}"


def test_every_folder_and_module_is_on_the_map() -> None:
    missing = sorted(sources() - {path for path, _ in entries()})
    lines = "\n".join(proposed(path) for path in missing)
    assert not missing, f"{MAP} lacks, each under its folder:\n{lines}"


def test_nothing_is_on_the_map_that_is_not_there() -> None:
    assert [path for path, _ in entries() if path not in sources()] == []


def test_nothing_is_on_the_map_twice() -> None:
    paths = [path for path, _ in entries()]
    assert sorted(paths) == sorted(set(paths))


def test_every_line_says_what_is_there() -> None:
    assert [path for path, says in entries() if not says.partition("->")[0].strip()] == []


ARROWS: Final = {
    path.rstrip("/").removesuffix(".py").replace("/", "."): says.partition("->")[2].split()
    for path, says in entries()
    if "->" in says
}
"""What the lines with an arrow say that each room may import; `all` is everything."""


def room(path: str) -> str | None:
    """Return the innermost room with an arrow that a file stands in."""
    module = path.removesuffix(".py").replace("/", ".")
    while module and module not in ARROWS:
        module = module.rpartition(".")[0]
    return module or None


def imported(path: str) -> Iterator[str]:
    """Yield the modules of ours that a file imports."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.startswith(tuple(f"{one}." for one in OURS)))


def within(module: str, rooms: Iterable[str]) -> bool:
    return any(f"{module}.".startswith(f"{one}.") for one in rooms)


def test_every_module_of_the_product_stands_in_a_room_with_an_arrow() -> None:
    modules = [path for path in sources() if path.startswith(OURS) and path.endswith(".py")]
    assert sorted(path for path in modules if room(path) is None) == sorted(
        f"{one.replace('.', '/')}.py" for one in GROUND
    )


@pytest.mark.parametrize("name", sorted(name for name in ARROWS if ARROWS[name] != ["all"]))
def test_a_room_imports_only_what_its_arrow_names(name: str) -> None:
    allowed = GROUND | {name, *ARROWS[name], *(f"lrs.{other}" for other in ARROWS[name])}
    strange = [
        f"{path} imports {module}"
        for path in sorted(sources())
        if path.endswith(".py") and room(path) == name
        for module in imported(path)
        if not within(module, allowed)
    ]
    assert strange == []
