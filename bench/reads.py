"""The benchmark of a large store: each filter through HTTP, and its time in the database alone."""

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg
from rich.console import Console
from rich.progress import Progress

from bench.fill import Filled, fill
from bench.generator import Load, Requests, Run, drive
from bench.observe import Memory, conditions
from bench.queries import Case, cases, variants
from bench.scenarios import get
from bench.sheet import Sheet, number, publish
from bench.stage import Stage, staged
from bench.workload import Workload
from lrs.storage.database import PLAN_EACH, READ_BY_KEY, connect
from projections.folding.snapshot import Select
from projections.statements import reads as statement_reads

SLOW: Final = 5.0
"""Milliseconds that a read may take, in the database and through HTTP (p50)."""

Spent = tuple[float, float, float]
"""Milliseconds of execution, of planning, and of a prepared query with all that belongs to it."""

COLUMNS: Final = (
    "read", "of all", "HTTP p50 ms", "p95 ms", "p99 ms", "database ms", "planning ms",
    "prepared ms", "",
)  # fmt: skip
TIMES: Final = 5
"""Times that a query is explained or timed; the median counts."""

SETTLED: Final = 12
"""Executions after which a prepared query has the plan that it keeps: psycopg prepares it at the
fifth, and five more later PostgreSQL may choose a plan that knows no values."""


def run(total: int, data: Path | None, repeat: int, console: Console, progress: Progress) -> None:
    """Fill a store, read from it and publish the tables."""
    workload = Workload(total)
    with staged(data) as stage:
        before = conditions(stage.settings, stage.url)
        with Memory(stage.product).watched() as filling:
            filled = fill(stage, workload, progress)
        with connect(stage.url) as connection:
            connection.execute("VACUUM ANALYZE statement, term")
        with Memory(stage.product).watched() as reading:
            sheet = _read(stage, workload, repeat, progress)
        memory = [filling.sheet(), reading.sheet()]
        sheets = [before, _filling(filled, total), sheet, *memory]
    for one, when in zip(memory, ("while filling", "while reading"), strict=True):
        one.title = f"{one.title}, {when}"
    publish(sheets, console)


def _filling(filled: Filled, total: int) -> Sheet:
    sheet = Sheet("Filling", ("what", "value"))
    sheet.add("statements in the store", f"{total:,}")
    if filled.statements:
        sheet.add("folded in this run", f"{filled.statements:,} in {filled.seconds:.0f} s")
        sheet.add("fold", f"{filled.statements / filled.seconds:,.0f} statements/s")
    else:
        sheet.add("folded in this run", "none: the store was full")
    return sheet


def _read(stage: Stage, workload: Workload, repeat: int, progress: Progress) -> Sheet:
    sheet = Sheet(f"Reads at {workload.total:,} statements, one connection", COLUMNS)
    sheet.notes.append(
        f"'of all': share of the statements that the first filter meets. Marked: over {SLOW:g} ms. "
        "Database: median of EXPLAIN ANALYZE, without the transfer of the rows. Prepared: the same "
        "query asked as the API does, many times on one connection, with the transfer."
    )
    with connect(stage.url) as connection, closing(Probe(stage.url)) as probe:
        wanted = [one for case in cases(workload, connection) for one in variants(case)]
        task = progress.add_task("reading", total=len(wanted) + 1)
        _by_id(stage, workload, repeat, sheet, probe)
        for case in wanted:
            progress.advance(task)
            run = drive(Load(stage.product.port, Requests((get(stage.product, case.parameters),)),
                             1, most=repeat))  # fmt: skip
            _row(sheet, case.name, _share(connection, case, workload), run, probe.page(case))
        progress.advance(task)
    return sheet


def _by_id(stage: Stage, workload: Workload, repeat: int, sheet: Sheet, probe: "Probe") -> None:
    ids = [workload.id(at) for at in range(0, workload.total, max(1, workload.total // repeat))]
    requests = tuple(get(stage.product, {"statementId": key}) for key in ids)
    run = drive(Load(stage.product.port, Requests(requests), 1, most=len(requests)))
    _row(sheet, "by id, each another", "1", run, probe.by_id(ids[len(ids) // 2]))


def _row(sheet: Sheet, name: str, share: str, run: Run, spent: Spent) -> None:
    percentiles = [run.percentile(share) for share in (0.5, 0.95, 0.99)]
    slow = "slow" if max(spent[0], spent[2], percentiles[0]) > SLOW else ""
    failed = f"{run.failed} failed ({run.failure})" if run.failed else ""
    cells = [number(value) for value in (*percentiles, *spent)]
    sheet.add(name, share, *cells, f"{slow} {failed}".strip())


def _share(connection: psycopg.Connection, case: Case, workload: Workload) -> str:
    if not case.terms:
        return "-"
    row = connection.execute("SELECT count(*) FROM term WHERE k = %s", (case.terms[0],)).fetchone()
    assert row is not None
    share = 100 * row[0] / workload.total
    return f"{share:.2g} %" if share >= 0.01 else f"{row[0]} rows"


class Probe:
    """Sends the query of a read to the database alone, and returns what the query took there."""

    def __init__(self, url: str) -> None:
        self._planned = connect(url, options=PLAN_EACH)
        self._by_key = connect(url, options=READ_BY_KEY)

    def page(self, case: Case) -> Spent:
        """Return the times of the query of a list."""
        connection = self._by_key if case.query.one_way else self._planned
        return _explained(connection, statement_reads.listing(case.query))

    def by_id(self, key: str) -> Spent:
        """Return the times of the query of a read by id."""
        return _explained(self._by_key, Select(statement_reads.BY_ID, (key, False)))

    def close(self) -> None:
        """Release the connections."""
        self._planned.close()
        self._by_key.close()


def _explained(connection: psycopg.Connection, select: Select) -> Spent:
    plans = list(_explain(connection, select))
    times = list(_prepared(connection, select))
    return (
        statistics.median(plan["Execution Time"] for plan in plans),
        statistics.median(plan["Planning Time"] for plan in plans),
        statistics.median(times[SETTLED:]),
    )


def _prepared(connection: psycopg.Connection, select: Select) -> Iterator[float]:
    for _ in range(SETTLED + TIMES):
        began = time.perf_counter()
        connection.execute(*select, binary=True).fetchall()
        yield 1e3 * (time.perf_counter() - began)


def _explain(connection: psycopg.Connection, select: Select) -> Iterator[dict[str, Any]]:
    for _ in range(TIMES):
        explaining = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {select.sql}"
        row = connection.execute(explaining, select.values).fetchone()
        assert row is not None
        yield row[0][0]
