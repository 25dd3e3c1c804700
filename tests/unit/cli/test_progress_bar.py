"""The bar of long work says how much is done and how fast."""

import io

from rich.console import Console

from lrs.cli.progress_bar import progress_bar


def test_the_bar_shows_how_many_of_how_many_and_the_rate() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120)
    with progress_bar("posting", "statements", console) as advance:
        advance(2, None)
        advance(3, 3)
    assert "3/3" in screen.getvalue()
    assert "statements/s" in screen.getvalue()
