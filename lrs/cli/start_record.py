"""The settings of a server at its start, as they are recorded: without anything that is secret.

Servers are started and restarted again and again, by a supervisor too, so a start is recorded only
where the settings are not those that were recorded last.
"""

from dataclasses import fields
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from lrs.events.administration import Detail, Kind
from lrs.events.principal import SHELL
from lrs.intake.administration import administered
from lrs.log.port import EventLog
from lrs.opening import open_followed
from lrs.settings import Settings
from lrs.storage.database import Pool
from projections.administration.reads import last

SHOWN: Final = ("host", "port", "user", "dbname")
"""What is told of the database; all else, a password above all, is left out."""


def begin(settings: Settings) -> None:
    """See that log and database belong together, and record the settings.

    Raises `HaltError` where they do not.
    """
    with open_followed(settings) as (url, log):
        database = Pool(url, 1)
        record_start(settings, database, log)
        database.close()


def record_start(settings: Settings, database: Pool, log: EventLog) -> None:
    """Append the settings unless they are those that were recorded last."""
    shown = described(settings)
    if shown != last(database, Kind.SETTINGS_CHANGED):
        administered(log, Kind.SETTINGS_CHANGED, SHELL, shown)


def described(settings: Settings) -> Detail:
    """Return every setting by its name; a URL without password and query."""
    shown: Detail = {}
    for field in fields(Settings):
        shown[field.name] = _shown(getattr(settings, field.name))
    return shown | {"database": _database(settings.database)}


def _shown(value: object) -> str | int | list[str]:
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, int):
        return value
    return _without_secrets(str(value))


def _database(url: str) -> str:
    """Return where the database is and who connects, of whatever form the URL is."""
    known = conninfo_to_dict(url) if url else {}
    return " ".join(f"{name}={known[name]}" for name in SHOWN if name in known)


def _without_secrets(text: str) -> str:
    """Return a URL without password and query, each part of a chain (`a://b::c://d`) by itself."""
    return "::".join(map(_bare, text.split("::"))) if "://" in text else text


def _bare(part: str) -> str:
    """Return one URL without password and query."""
    scheme, separator, rest = part.partition("://")
    if not separator:
        return part
    path = rest.partition("?")[0].partition("#")[0]
    user, at, place = path.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}{at}{place}"
