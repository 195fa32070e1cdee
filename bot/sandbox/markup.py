"""reply_markup: keyboards checked as Telegram checks them."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request
from bot.sandbox.model import Json
from bot.sandbox.params import Params

MAX_BUTTONS = 100
MAX_DATA = 64  # bytes of callback_data
ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


def read_markup(params: Params, *, inline_only: bool = False) -> Json | None:
    """The checked reply_markup, None when absent or an inline keyboard without buttons. Raises ApiError 400."""
    markup = params.json("reply_markup")
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard")
        kept = [[_inline(button) for button in row] for row in rows if row]
        if sum(len(row) for row in kept) > MAX_BUTTONS:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": kept} if kept else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], "keyboard")
        kept = [[_plain(button) for button in row] for row in rows if row]
        if not kept:
            raise bad_request("keyboard must be non-empty")
        return {**markup, "keyboard": kept}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    raise bad_request("reply markup type is invalid")


def _rows(value: Any, name: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request(f'field "{name}" of the reply markup must be an Array of Arrays')
    return value


def _plain(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("can't parse keyboard button: text must be a non-empty String")
    return button


def _inline(button: Any) -> Json:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    if not any(action in button for action in ACTIONS):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(str(button["url"]))
    return button


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url or url.startswith("tg:") else f"http://{url}")
    if parts.scheme == "tg":
        return
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
