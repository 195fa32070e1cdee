"""Buttons are types: frozen dataclasses packed into Telegram's 64 bytes by this module alone (decision 6)."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self, get_type_hints

LIMIT = 64


@dataclass(frozen=True)
class Button:
    """A button's meaning: ids, versions and short words; never personal data.

    A subclass names its ``code`` (two or three letters, unique) and has fields of ``int``, ``str`` or a StrEnum.
    """

    code: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not re.fullmatch(r"[a-z]{2,3}", cls.code):
            raise TypeError(f"{cls.__name__} needs a code of two or three letters")
        other = BUTTONS.setdefault(cls.code, cls)
        if other is not cls and other.__qualname__ != cls.__qualname__:
            raise TypeError(f"{cls.__name__} and {other.__name__} share the code {cls.code}")

    def pack(self) -> str:
        """The callback data.

        Raises:
            ValueError: longer than 64 bytes, or a text field holds the separator.
        """
        values = [_packed(getattr(self, field.name)) for field in dataclasses.fields(self)]
        if any(":" in value for value in values):
            raise ValueError(f"a field of {type(self).__name__} holds ':'")
        packed = ":".join([self.code, *values])
        if len(packed.encode()) > LIMIT:
            raise ValueError(f"{type(self).__name__} does not fit {LIMIT} bytes")
        return packed

    @classmethod
    def pattern(cls) -> str:
        """A regular expression that matches this kind of button only."""
        return f"^{cls.code}(:|$)"

    @classmethod
    def unpack(cls, data: str) -> Self:
        """The button behind callback data.

        Raises:
            ValueError: not this button, or its fields do not fit (made by another version).
        """
        code, *values = data.split(":")
        fields = dataclasses.fields(cls)
        if code != cls.code or len(values) != len(fields):
            raise ValueError("not this button")
        hints = get_type_hints(cls)
        return cls(**{field.name: _typed(hints[field.name], value)
                      for field, value in zip(fields, values, strict=True)})


BUTTONS: dict[str, type[Button]] = {}


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _packed(value: Any) -> str:
    """Numbers in base 36: four of the largest ids fit beside each other."""
    if not isinstance(value, int):
        return str(value)
    digits, rest = "", abs(value)
    while rest or not digits:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    return f"-{digits}" if value < 0 else digits


def _typed(kind: Any, value: str) -> Any:
    if kind is int:
        number = int(value, 36)
        if not -(2**63) <= number < 2**63:  # no database has such an id: somebody made this up
            raise ValueError("not a number of ours")
        return number
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return value


@dataclass(frozen=True)
class Press:
    """A button as shown: a plain label and what it means."""

    label: str
    to: Button


@dataclass(frozen=True)
class Link:
    """A button that opens an address."""

    label: str
    url: str


Rows = list[list[Press | Link]]


def keyboard(rows: Rows) -> dict[str, Any]:
    """The Bot API's inline keyboard."""
    return {"inline_keyboard": [
        [{"text": one.label[:60], "callback_data": one.to.pack()} if isinstance(one, Press)
         else {"text": one.label[:60], "url": one.url} for one in row]
        for row in rows if row
    ]}


def grid(presses: list[Press], width: int = 2) -> Rows:
    """Buttons in rows of ``width``."""
    return [list(presses[start : start + width]) for start in range(0, len(presses), width)]
