"""The command line finds its commands and tells of errors in one line."""

from click.testing import CliRunner

from lrs.cli.main import COMMANDS, main


def test_every_command_is_listed_with_what_it_does() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    lines = [line.split() for line in shown.partition("Commands:")[2].splitlines() if line]
    assert [name for name, *_ in lines] == list(COMMANDS)
    assert all(said for _, *said in lines)


def test_a_command_that_is_not_there_is_named() -> None:
    outcome = CliRunner().invoke(main, ["certify"])
    assert outcome.exit_code == 2
    assert "certify" in outcome.output


def test_an_error_of_ours_ends_in_one_line() -> None:
    outcome = CliRunner(env={"LRS_LOG_LEVEL": "loud"}).invoke(main, ["migrate"])
    assert outcome.exit_code == 1
    assert outcome.output.count("\n") == 1
    assert "LRS_LOG_LEVEL: must be one of debug" in outcome.output
