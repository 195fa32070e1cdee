"""Logging that keeps secrets: no token, whatever a library writes."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType

# A Bot API token: digits, a colon, 30 and more characters.
_TOKEN = re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}")
# Sixteen digits in a row: a NIK or a family card number.
_SIXTEEN = re.compile(r"(?<!\d)\d{16}(?!\d)")


def clean(text: str) -> str:
    """The text without tokens and personal numbers."""
    return _SIXTEEN.sub("[16 digits]", _TOKEN.sub("[token]", text))


def place(error: Exception) -> tuple[type[Exception], Exception, TracebackType | None]:
    """Where an error happened, for ``exc_info``, without its message: that may hold what a person typed."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__


class _Cleaning(logging.Formatter):
    """Cleans the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


def _cleaned_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(clean("".join(traceback.format_exception(kind, error, trace))))


def set_up(level: str) -> None:
    """One handler on stderr. httpx logs whole URLs at INFO, so it speaks only of warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Cleaning("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    sys.excepthook = _cleaned_traceback
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Below INFO python-telegram-bot logs whole messages.
    logging.getLogger("telegram").setLevel(max(logging.INFO, logging.getLevelName(level.upper())))
    for loud in ("httpx", "httpcore", "tornado.access", "alembic"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    # It warns of each tick that is left out because the last one still looks: then the next one finds what is due.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
