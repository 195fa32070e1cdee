"""A message on somebody's screen."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Seen:
    """A message as a person sees it."""

    id: int
    chat: int
    html: str = ""
    rows: list[list[dict[str, Any]]] = field(default_factory=list)
    method: str = "sendMessage"
    params: dict[str, Any] = field(default_factory=dict)
    edits: int = 0

    @property
    def text(self) -> str:
        """Without tags."""
        return html.unescape(re.sub(r"<[^>]+>", "", self.html))

    @property
    def buttons(self) -> list[str]:
        """All labels in reading order."""
        return [button["text"] for row in self.rows for button in row]

    def data(self, label: str) -> str:
        """Callback data of the first button whose label contains ``label``."""
        for row in self.rows:
            for button in row:
                if label.casefold() in button["text"].casefold() and "callback_data" in button:
                    return str(button["callback_data"])
        raise AssertionError(f"no button {label!r} on {self.text!r}: {self.buttons}")
