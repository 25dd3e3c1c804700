"""Fields that hold a period of time (ISO 8601)."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from lrs.registers.form.fields import Text

_PERIOD: Final = re.compile(
    r"P(?=[0-9T])([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?(T(?=[0-9])([0-9]{1,5}H)?([0-9]{1,5}M)?)?"
)


class Period(Text):
    """A period such as `P1D`, `P24M`, `PT6H`, kept as written."""

    shape: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "duration"}

    def read(self, written: Any) -> str:
        """Return the period as written."""
        if not isinstance(written, str) or not _PERIOD.fullmatch(written):
            raise ValueError("must be a period, such as P1D, P2W, P24M or PT6H")
        return written
