"""`make conformance`: run the official suite for both versions and write docs/conformance.md."""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from tests.conformance import page, suite
from tests.product import Product

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"


def main() -> int:
    """Return 0 when every test of both batteries has passed and none is missing."""
    folder = Path(os.environ.get("XAPI_SUITE", "")).absolute()
    console = Console(stderr=True)
    if not os.environ.get("XAPI_SUITE") or not (folder / "bin" / "console_runner.js").exists():
        console.print(suite.HOW)
        return 2
    batteries = [_battery(folder, version) for version in suite.FLOOR]
    PAGE.parent.mkdir(exist_ok=True)
    today = datetime.now(UTC).date().isoformat()
    PAGE.write_text(page.write(batteries, page.held(), _version(folder), today))
    whole = True
    for battery in batteries:
        floor = suite.FLOOR[battery.version]
        whole &= battery.failed == 0 and battery.total >= floor
        console.print(
            f"xAPI {battery.version}: {battery.passed} of {battery.total} (floor {floor})"
        )
    console.print(f"written: {PAGE}")
    return 0 if whole else 1


def _battery(folder: Path, version: str) -> suite.Battery:
    """Run one battery on a store of its own, which answers in that version by default."""
    with tempfile.TemporaryDirectory() as data:
        product = Product(Path(data), {"LRS_DEFAULT_XAPI_VERSION": version})
        product.start()
        try:
            return suite.run(folder, product, version)
        finally:
            product.stop()


def _version(folder: Path) -> str:
    """Return the suite's own version, and its commit where it is a checkout."""
    number = json.loads((folder / "package.json").read_text())["version"]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=folder, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    return f"{number} ({commit})" if commit else str(number)


if __name__ == "__main__":
    sys.exit(main())
