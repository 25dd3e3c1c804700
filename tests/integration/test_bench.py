"""The benchmarks run and print every line; nothing here looks at times."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.workload import Workload
from tests.product import Client


def bench(*arguments: str) -> str:
    command = [sys.executable, "-m", "bench", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def cells(page: str, name: str) -> list[str]:
    """Return the cells of the row of this name in the text for a page."""
    rows = [line for line in page.splitlines() if line.startswith(f"| {name} |")]
    assert rows, f"no row {name!r} in\n{page}"
    return [cell.strip() for cell in rows[-1].strip("|").split("|")]


@pytest.fixture(scope="module")
def writes() -> str:
    return bench("--connections", "1,2", "--seconds", "0.2", "--rounds", "1")


@pytest.mark.parametrize("connections", [1, 2])
@pytest.mark.parametrize("name", ["post one", "post 50"])
def test_a_write_stands_beside_both_references(writes: str, name: str, connections: int) -> None:
    _, requests, statements, *_, lag, of_log, of_route, of_read, _, failed = cells(
        writes, f"{name}, {connections}"
    )
    assert (of_read, failed) == ("-", "0")
    assert float(requests.replace(",", "")) > 0
    assert float(statements.replace(",", "")) >= float(requests.replace(",", ""))
    assert float(lag.replace(",", "")) >= 0
    assert float(of_log) > 0
    assert float(of_route) > 0


@pytest.mark.parametrize(
    "name", ["read one by id, 2", "read 50 by agent, 2", "read 50 by related activity, 2"]
)
def test_a_read_succeeds_beside_the_bare_routes(writes: str, name: str) -> None:
    *_, of_log, of_route, of_read, _, failed = cells(writes, name)
    assert (of_log, failed) == ("-", "0")
    assert float(of_route) > 0
    assert float(of_read) > 0


@pytest.mark.parametrize("name", ["api", "consumer", "postgresql"])
def test_the_memory_of_each_process_is_told(writes: str, name: str) -> None:
    _, pss, rss = cells(writes, name)
    assert int(pss) > 0
    assert int(rss) > 0


@pytest.mark.parametrize("name", ["processor", "log", "PostgreSQL fsync"])
def test_hardware_and_durability_are_told(writes: str, name: str) -> None:
    assert cells(writes, name)[1]


def test_reads_fill_a_store_once_and_answer_every_query(tmp_path: Path) -> None:
    options = ("reads", "--statements", "500", "--repeat", "2", "--data", str(tmp_path / "data"))
    first, again = bench(*options), bench(*options)
    assert cells(first, "statements in the store")[1] == "500"
    assert cells(first, "folded in this run")[1].startswith("500 ")
    assert cells(again, "folded in this run")[1].startswith("none")
    for name in ("by id, each another", "agent, rare", "agent + verb, ascending", "no filter"):
        assert "failed" not in cells(again, name)[-1]


def test_the_statements_of_the_workload_are_valid(client: Client) -> None:
    statements = [raw for _, raw in Workload(1000, seed=7).record(0, 50)]
    answer = client.post("/xapi/statements", data=b"[%b]" % b",".join(statements),
                         headers={"Content-Type": "application/json"})  # fmt: skip
    assert answer.status_code == 200, answer.text
