"""What `lrs up` prints once the product is ready: where it is, and how to be let in."""

import shlex
import sys
from pathlib import Path
from typing import Final

from lrs.settings import Settings

STATEMENT: Final = (
    '{"actor": {"mbox": "mailto:amal@example.org"}, '
    '"verb": {"id": "http://adlnet.gov/expapi/verbs/completed"}, '
    '"object": {"id": "https://learn.example.org/fraud-prevention"}}'
)
FRAME: Final = "=" * 80


def announcement(settings: Settings, own: bool, credential: tuple[str, str] | None) -> str:
    """Return the text; `own` tells whether the database is the private one of the data folder.

    A credential is shown last, between two lines that hold nothing else, so that the command can
    be copied with the mouse. Without one the text says how to get one.
    """
    ready = [f"Ledger is ready: {settings.url}/xapi"]
    if own:
        ready.append(f"Its data is in {Path(settings.data).absolute()}; Ctrl-C stops it.")
    if credential is None:
        data = f"LRS_DATA={shlex.quote(str(Path(settings.data).absolute()))} " if own else ""
        program = f"{data}{shlex.quote(_program())}"
        ready.append(f"Credentials: {program} credential list")
        ready.append(f"A new one:   {program} credential add NAME")
        return "\n".join(ready)
    word = ":".join(credential)
    return "\n".join(
        [
            *ready,
            "",
            FRAME,
            "Post a statement, then see what was completed:",
            "",
            f"curl -u {shlex.quote(word)} -H 'X-Experience-API-Version: 2.0.0' \\",
            "  -H 'Content-Type: application/json' \\",
            f"  -d {shlex.quote(STATEMENT)} \\",
            f"  {settings.url}/xapi/statements",
            f"curl -u {shlex.quote(word)} {settings.url}/api/v1/completions",
            "",
            f"The credential, shown only now:  {word}",
            FRAME,
        ]
    )


def _program() -> str:
    """Return how the command line was called, for a reader who has it on no path."""
    called = Path(sys.argv[0])
    return sys.argv[0] if called.name == "lrs" else "lrs"
