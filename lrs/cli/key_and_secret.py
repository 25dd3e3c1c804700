"""A credential as one word of the command line: KEY:SECRET."""

from typing import Any

import click


class KeyAndSecret(click.ParamType[tuple[str, str]]):
    """Turns KEY:SECRET into the pair of both; a secret may hold colons, a key may not."""

    name = "KEY:SECRET"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return the pair."""
        key, colon, secret = str(value).partition(":")
        if not colon:
            self.fail("must be KEY:SECRET", param, ctx)
        return key, secret
