"""Who acts on the command line: the shell, or a credential that is right."""

import click
import pytest
from click.testing import CliRunner

from lrs.cli.acting import acting, principal
from lrs.errors import UnauthenticatedError
from lrs.events.principal import SHELL, credential
from lrs.settings import Settings
from lrs.storage.database import Pool
from tests.credentials import added, put

SECRET = "a-secret-of-many-characters"


@pytest.fixture
def settings(database: str) -> Settings:
    source = Pool(database, 1)
    put(source, added("amal", SECRET)._replace(person="P-17"))
    source.close()
    return Settings(database=database)


def test_without_a_credential_the_shell_acts(settings: Settings) -> None:
    assert principal(settings, None) == SHELL


def test_a_credential_acts_for_the_person_who_holds_it(settings: Settings) -> None:
    assert principal(settings, ("amal", SECRET)) == credential("amal", "P-17")


@pytest.mark.parametrize("pair", [("amal", "not-the-secret"), ("nobody", SECRET)])
def test_a_credential_that_is_wrong_is_refused(settings: Settings, pair: tuple[str, str]) -> None:
    with pytest.raises(UnauthenticatedError, match="--credential"):
        principal(settings, pair)


def test_a_command_takes_the_credential_as_one_word() -> None:
    @click.command()
    @acting
    def command(acting: tuple[str, str] | None) -> None:
        click.echo(repr(acting))

    assert CliRunner().invoke(command, ["--credential", "amal:a:b"]).output == "('amal', 'a:b')\n"
    assert CliRunner().invoke(command, []).output == "None\n"
    assert CliRunner().invoke(command, ["--credential", "amal"]).exit_code == 2
