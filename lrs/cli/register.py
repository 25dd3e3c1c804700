"""`lrs register`: people, catalogue and what else is entered, as files in and out."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from lrs import clock
from lrs.cli import fault_table
from lrs.cli.acting import acting, principal
from lrs.cli.progress_bar import progress_bar
from lrs.cli.register_file import read_file
from lrs.cli.times import Day
from lrs.intake.registers import Advance, Origin, Outcome, Registers
from lrs.opening import open_registers
from lrs.registers.files.export import template, write_csv, write_document, write_lines
from lrs.registers.files.fault import report
from lrs.registers.files.read import SHIPPED, FileFormat
from lrs.registers.files.row import Reading
from lrs.registers.form.discovery import discover, register
from lrs.registers.form.entry import Entry
from lrs.registers.form.register import Register
from lrs.settings import Settings

BY_FROM: Final = -1
"""Stands for `--complete` without a day."""


@click.group()
def command() -> None:
    """Registers: people, identities, entities, the catalogue and others (docs/registers.md)."""


@command.command(name="list")
def list_registers() -> None:
    """List the registers: name, title, the columns of the key."""
    for one in discover().values():
        click.echo(f"{one.name}\t{one.title}\tby {', '.join(one.key.columns)}")


@command.command(name="template")
@click.argument("name")
@click.option("--language", "languages", multiple=True, default=["en"], show_default=True)
def template_of(name: str, languages: tuple[str, ...]) -> None:
    """Print the header of a CSV file for the register NAME."""
    click.echo(template(register(name), languages), nl=False)


@command.command(name="import")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would be recorded; record nothing.")
@click.option("--from", "since", type=Day(), help="The day on which rows begin that name none.")
@click.option(
    "--complete",
    type=Day(),
    is_flag=False,
    flag_value=BY_FROM,
    help="Alone, or --complete=DAY: the file names everybody of that day [--from, or today], and "
    "who is missing is ended the day before.",
)
@click.option(
    "--map", "mapping", help=f"File that says what the columns are; or {', '.join(SHIPPED)}."
)
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is wrong to this file, as CSV.",
)
@click.option("--basis", default="", help="What the entries rest on, in words.")
@acting
@click.pass_obj
def import_file(settings: Settings, /, name: str, file: Path, **options: Any) -> None:
    """Record what the CSV, JSON or NDJSON of FILE changes in the register NAME: all or nothing."""
    origin = Origin(principal(settings, options["acting"]), options["basis"])
    reading = read_file(register(name), file, options["since"], options["mapping"])
    with open_registers(settings) as registers, progress_bar(f"importing {name}", "rows") as bar:
        bar(0, len(reading.rows))
        outcome = _import(registers, reading, origin, options, bar)
        bar(len(reading.rows), len(reading.rows))
    if outcome.faults:
        _refuse(file, outcome, options["errors"])
    _tell(outcome, dry_run=options["dry_run"])


@command.command()
@click.argument("name")
@click.option("--on", "day", type=Day(), help="Only what holds on this day.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([one.value for one in FileFormat]),
    default="csv",
    show_default=True,
)
@acting
@click.pass_obj
def export(settings: Settings, /, name: str, day: int | None, **options: Any) -> None:
    """Print the entries of the register NAME, which import again without a change."""
    known = register(name)
    who = principal(settings, options["acting"])
    with open_registers(settings) as registers:
        entries = registers.export(known, day, who)
    click.echo(b"".join(_written(known, FileFormat(options["format_"]), entries)), nl=False)


def _import(
    registers: Registers,
    reading: Reading,
    origin: Origin,
    options: dict[str, Any],
    advance: Advance,
) -> Outcome:
    complete = options["complete"]
    if complete == BY_FROM:
        complete = clock.today() if options["since"] is None else options["since"]
    if options["dry_run"]:
        return registers.try_out(reading, complete)
    return registers.record(reading, origin, complete, advance)


def _refuse(file: Path, outcome: Outcome, errors: Path | None) -> None:
    """Show what is wrong, and end."""
    fault_table.show(outcome.faults)
    if errors is not None:
        errors.write_text(report(outcome.faults), "utf-8-sig")
    places = "1 place is" if len(outcome.faults) == 1 else f"{len(outcome.faults)} places are"
    click.echo(f"lrs: nothing was recorded: {places} wrong in {file.name}", err=True)
    sys.exit(1)


def _tell(outcome: Outcome, *, dry_run: bool) -> None:
    told = f"{outcome.recorded} recorded, {outcome.unchanged} unchanged"
    if outcome.missing:
        told += f", {outcome.missing} of these ended since the file does not name them"
    if dry_run:
        click.echo(f"dry run: {told}")
        return
    click.echo(f"{told}; position {outcome.position}")
    if not outcome.folded:
        click.echo(
            "lrs: not to be read yet: a consumer (`lrs up`, `lrs consume`) has not folded position "
            f"{outcome.position} of the log",
            err=True,
        )


def _written(known: Register, format_: FileFormat, entries: list[Entry]) -> Iterator[bytes]:
    if format_ is FileFormat.CSV:
        return (line.encode() for line in write_csv(known, entries))
    if format_ is FileFormat.JSON:
        return write_document(known, entries)
    return write_lines(known, entries)
