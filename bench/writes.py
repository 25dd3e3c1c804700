"""The benchmark of a small store: posting one, posting many, reading, beside references.

Per scenario and number of connections the product, the raw log and the bare route take turns, so
that other load on the machine slows all three; all rounds together are compared.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Final

import requests
from rich.console import Console
from rich.progress import Progress

from bench import bare, scenarios
from bench.generator import Load, Requests, Run, drive
from bench.observe import Memory, conditions, processor
from bench.raw_log import Appends, append
from bench.scenarios import Scenario
from bench.sheet import Sheet, number, publish
from bench.stage import Stage, raw_log, staged
from bench.visibility import Visibility, until_folded
from lrs.log.port import EventLog
from lrs.storage.database import connect

COLUMNS: Final = (
    "scenario, connections", "requests/s", "statements/s", "p50 ms", "p95 ms", "p99 ms",
    "lag p50 ms", "of raw log", "of bare route", "of bare read", "CPU us", "failed",
)  # fmt: skip
PRODUCT, LOG, ROUTE = "product", "raw log append", "bare route"
READING = "bare route that reads one by id"
NOTES: Final = (
    "'of raw log', 'of bare route' and 'of bare read': requests/s of the product as a share of the "
    "reference. The bare route answers as many bytes; the bare read is one statement by its id.",
    "Lag: from the acknowledgement at the client to the commit of the projection of statements.",
    "CPU us: processor time of a request in api + consumer + database (its folding included).",
)


@dataclass(frozen=True)
class Plan:
    """What to measure: connections, seconds and number of rounds, statements of a batch."""

    connections: Sequence[int] = (1, 8, 32)
    seconds: float = 3.0
    rounds: int = 3
    batch: int = 50
    kafka: bool = False


@dataclass
class Rounds:
    """The rounds of one scenario at one number of connections."""

    runs: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    lags: list[float] = field(default_factory=list)
    processor: Counter[str] = field(default_factory=Counter)

    def whole(self, who: str) -> Run:
        """Return all runs of the product, or of one reference, as one run."""
        runs = self.runs[who]
        return Run(
            sum(run.seconds for run in runs),
            statistics.fmean(run.processor for run in runs),
            [latency for run in runs for latency in run.latencies],
            failed=sum(run.failed for run in runs),
            failure=" ".join(run.failure for run in runs),
        )


@dataclass(frozen=True)
class Turns:
    """The product and its references, each loaded from another process."""

    stage: Stage
    raw: Callable[[], EventLog]
    route: int
    pool: Executor
    visibility: Visibility

    def product(self, scenario: Scenario, connections: int, seconds: float, to: Rounds) -> None:
        """Load the product, and wait until all of it is folded."""
        before = processor(self.stage.product)
        run = self._drive(self.stage.product.port, scenario.requests, connections, seconds)
        until_folded(self.stage.product)
        for name, used in processor(self.stage.product).items():
            to.processor[name] += int(1e6 * (used - before[name]))
        to.runs[PRODUCT].append(run)
        to.lags += self.visibility.lags(run)

    def references(self, scenario: Scenario, connections: int, seconds: float, to: Rounds) -> None:
        """Append the same bytes to the raw log, send them to the bare route, read by id there."""
        if scenario.messages:
            load = Appends(self.raw, scenario.messages, connections, seconds)
            to.runs[LOG].append(self.pool.submit(append, load).result())
        to.runs[ROUTE].append(self._drive(self.route, scenario.bare, connections, seconds))
        if scenario.reading:
            read = self._drive(self.route, scenario.reading, connections, seconds)
            to.runs[READING].append(read)

    def _drive(self, port: int, requests: Requests, connections: int, seconds: float) -> Run:
        return self.pool.submit(drive, Load(port, requests, connections, seconds)).result()


def run(plan: Plan, console: Console, progress: Progress) -> None:
    """Run every scenario and publish the tables."""
    with ExitStack() as stack:
        stage = stack.enter_context(staged(None, kafka=plan.kafka))
        before = conditions(stage.settings, stage.url)
        raw = stack.enter_context(raw_log(stage))
        route = stack.enter_context(bare.serving(stage.url))
        pool = stack.enter_context(ProcessPoolExecutor(1, get_context("spawn")))
        visibility = stack.enter_context(Visibility(stage.url).watched())
        memory = stack.enter_context(Memory(stage.product).watched())
        turns = Turns(stage, raw, route, pool, visibility)
        sheet = Sheet("Writes and reads", COLUMNS, notes=list(NOTES))
        task = progress.add_task("measuring", total=5 * len(plan.connections) * plan.rounds)
        for scenario in _scenarios(plan, stage):
            for connections in plan.connections:
                rounds = _measure(
                    plan, turns, scenario, connections, lambda: progress.advance(task)
                )
                _report(sheet, f"{scenario.name}, {connections}", scenario.statements, rounds)
        sheets = [before, sheet, memory.sheet()]
    publish(sheets, console)


def _scenarios(plan: Plan, stage: Stage) -> Iterator[Scenario]:
    """Yield the scenarios; those that read ask for the statements that the earlier ones posted."""
    product = stage.product
    yield scenarios.posts(product, "post one", 1)
    yield scenarios.posts(product, f"post {plan.batch}", plan.batch)
    with connect(stage.url) as connection:
        rows = connection.execute("SELECT id::text FROM statement LIMIT 2000").fetchall()
    ids = [key for (key,) in rows]
    for name, queries in (
        ("read one by id", [{"statementId": key} for key in ids]),
        ("read 50 by agent", scenarios.by_agent(50)),
        ("read 50 by related activity", scenarios.by_related_activity(50)),
    ):
        yield scenarios.gets(product, name, queries, _size(stage, queries[0]), ids)


def _size(stage: Stage, query: scenarios.Parameters) -> int:
    with stage.product.client() as client:
        answer: requests.Response = client.get("/xapi/statements", params=query)
    answer.raise_for_status()
    return len(answer.content)


def _measure(
    plan: Plan, turns: Turns, scenario: Scenario, connections: int, step: Callable[[], None]
) -> Rounds:
    turns.product(scenario, connections, plan.seconds / 10, Rounds())  # warms up, not counted
    rounds = Rounds()
    for _ in range(plan.rounds):
        turns.product(scenario, connections, plan.seconds, rounds)
        turns.references(scenario, connections, plan.seconds, rounds)
        step()
    return rounds


def _report(sheet: Sheet, name: str, statements: int, rounds: Rounds) -> None:
    product = rounds.whole(PRODUCT)
    cells = _cells(product, statements)
    lag = number(statistics.median(rounds.lags)) if rounds.lags else "-"
    ratios = [_ratio(product, rounds, who) for who in (LOG, ROUTE, READING)]
    requests = max(1, len(product.latencies))
    parts = [rounds.processor[who] for who in ("api", "consumer", "postgresql")]
    used = " + ".join(f"{part / requests:.0f}" for part in parts)
    failed = f"{product.failed} ({product.failure.strip()})" if product.failed else "0"
    sheet.add(name, *cells, lag, *ratios, used, failed)
    for who in rounds.runs.keys() - {PRODUCT}:
        run = rounds.whole(who)
        sending = f"sending: {run.processor:.0%} of a core" if run.processor else ""
        sheet.add(f"  {who}", *_cells(run, statements), "", "", "", "", sending, str(run.failed))


def _cells(run: Run, statements: int) -> list[str]:
    percentiles = [number(run.percentile(share)) for share in (0.5, 0.95, 0.99)]
    return [number(run.rate), number(run.rate * statements) if statements else "-", *percentiles]


def _ratio(product: Run, rounds: Rounds, who: str) -> str:
    if who not in rounds.runs:
        return "-"
    return f"{product.rate / rounds.whole(who).rate:.2f}"
