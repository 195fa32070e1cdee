"""A local Telegram Bot API server with invented people and a chat page: the engine of `bedah try` and of the tests."""

from bot.sandbox.errors import ApiError, SandboxError
from bot.sandbox.faults import Fault
from bot.sandbox.group import Group
from bot.sandbox.model import Button, Chat, Message
from bot.sandbox.person import Person
from bot.sandbox.pressing import Press
from bot.sandbox.sandbox import Sandbox, SandboxThread
from bot.sandbox.world import Call

__all__ = [
    "ApiError", "Button", "Call", "Chat", "Fault", "Group", "Message", "Person", "Press", "Sandbox", "SandboxError",
    "SandboxThread",
]  # fmt: skip
