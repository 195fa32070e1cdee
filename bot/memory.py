"""Keeps the process small on Linux: glibc would hold on to what pictures needed for a moment."""

from __future__ import annotations

import ctypes
import sys

# Names and numbers from glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_KIB = 1024


def stay_small() -> None:
    """Two arenas instead of one a thread, and large blocks given back at once; nothing on other systems."""
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # musl has no such call, and no such habit
        return
    for option, value in ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, 256 * _KIB), (_TRIM_THRESHOLD, 256 * _KIB)):
        mallopt(option, value)
