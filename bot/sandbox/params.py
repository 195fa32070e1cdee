"""The parameters of a Bot API call, however they came: query, form, JSON or multipart with attach:// files."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import bad_request

if TYPE_CHECKING:
    from bot.sandbox.world import World


@dataclass
class Upload:
    """A file part of a multipart request."""

    data: bytes
    name: str
    mime: str


@dataclass
class Params:
    """Values as sent (text, or already JSON) and uploaded parts by name."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None or name in self.uploads

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers and booleans as JSON writes them."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number. Raises ApiError 400."""
        value = self.text(name).strip()
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise bad_request(f"{name} must be an Integer") from None

    def number(self, name: str) -> float | None:
        """A finite number, None when absent or not one."""
        try:
            value = float(self.text(name))
        except ValueError:
            return None
        return value if abs(value) < 1e15 else None

    def flag(self, name: str) -> bool:
        """A boolean: true, True, yes, 1."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str) -> Any:
        """An object or array, from text when it came in a form. None when absent. Raises ApiError 400."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def file(self, value: Any, name: str) -> Upload | str:
        """What a file parameter stands for: an uploaded part (by name or attach://), or a file_id.

        Raises ApiError 400 for a missing file, and for a URL: the sandbox fetches nothing.
        """
        if isinstance(value, str) and value.startswith("attach://"):
            name = value.removeprefix("attach://")
            if name not in self.uploads:
                raise bad_request("file attached by attach:// was not found in the request")
            return self.uploads[name]
        if name in self.uploads:
            return self.uploads[name]
        if not isinstance(value, str) or not value:
            raise bad_request(f"there is no {name} in the request")
        if value.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        return value

    def described(self) -> dict[str, Any]:
        """For the list of calls: JSON parsed, files as "name (n bytes)"."""
        out: dict[str, Any] = {}
        for name, value in self.values.items():
            out[name] = value
            if isinstance(value, str) and value[:1] in "{[" and name not in ("text", "caption"):
                try:
                    out[name] = json.loads(value)
                except ValueError:
                    out[name] = value
        return out | {name: f"{part.name} ({len(part.data)} bytes)" for name, part in self.uploads.items()}


Method = Callable[["World", Params], Any]
METHODS: dict[str, Method] = {}  # by lower-case name: Telegram does not mind case


def method(name: str) -> Callable[[Method], Method]:
    """Registers a function as a Bot API method."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = function
        return function

    return register
