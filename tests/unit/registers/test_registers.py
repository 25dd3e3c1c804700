"""What holds for each register, whatever its file says."""

from typing import Any

import pytest
from marshmallow import ValidationError

from lrs.events.registers import RegisterEntry
from lrs.registers.form.discovery import discover
from lrs.registers.form.entry import end, read_entry, retraction, state, write_entry
from lrs.registers.form.days import EVER
from lrs.registers.form.register import Register

REGISTERS = discover()
each = pytest.mark.parametrize("register", REGISTERS.values(), ids=REGISTERS)
