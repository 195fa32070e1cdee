"""No token and no NIK in anything the program writes, whoever wrote it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.logs import clean
from tests.bot.waiting import PATIENCE

TOKEN = "1000001:AAsample-token-for-tests-only-0000000"
NIK = "3674060101800001"


@pytest.mark.parametrize("line", [
    f"HTTP Request: POST https://api.telegram.org/bot{TOKEN}/getMe", f"token={TOKEN}", f"({TOKEN})",
    f"/file/bot{TOKEN}/photos/1.jpg",
])
def test_a_token_is_masked_wherever_it_stands(line: str) -> None:
    assert TOKEN not in clean(line)
    assert "0000000" not in clean(line)


def test_sixteen_digits_are_masked() -> None:
    assert NIK not in clean(f"NIK {NIK} salah")


_SCRIPT = f"""
import logging
from bot.logs import place, set_up
set_up("DEBUG")
log = logging.getLogger("bedah.test")
logging.getLogger("httpx").info("POST https://example/bot{TOKEN}/getMe")
logging.getLogger("telegram.Bot").debug("Siti Aminah typed this")
log.warning("NIK %s", "{NIK}")
logging.getLogger("apscheduler.scheduler").warning("the last look still runs: skipped")
try:
    raise ValueError("{NIK} {TOKEN} Siti Aminah")
except ValueError as error:
    log.error("update 1 failed: %s", type(error).__name__, exc_info=place(error))
raise RuntimeError("uncaught {NIK} {TOKEN}")
"""


def test_log_lines_and_tracebacks_hold_no_secret() -> None:
    ran = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False, timeout=PATIENCE,
                         cwd=Path(__file__).parents[2])
    said = ran.stdout + ran.stderr
    assert "update 1 failed: ValueError" in said
    assert "uncaught" in said
    assert "skipped" not in said.replace(_SCRIPT, ""), "where a machine is busy, the next look does it all"
    for secret in (TOKEN, NIK, "Siti Aminah"):
        assert secret not in said.replace(_SCRIPT, "")
