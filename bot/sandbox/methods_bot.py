"""Bot API methods about the bot itself: identity, command menus, descriptions."""

import re

from bot.sandbox.errors import bad_request
from bot.sandbox.model import Chat, Json
from bot.sandbox.params import Params, method
from bot.sandbox.world import World

_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", *_CHAT_SCOPES)


@method("getMe")
def get_me(world: World, _params: Params) -> Json:
    """The bot's own user."""
    return {
        **world.bot.to_api(),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy_mode,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("logOut")
def log_out(_world: World, _params: Params) -> bool:
    """Nothing to leave: the sandbox is the only server."""
    return True


@method("close")
def close(_world: World, _params: Params) -> bool:
    """Nothing to close."""
    return True


def _scope(world: World, params: Params) -> str:
    """The scope as a key: its type, and chat and user id where it names them. Raises ApiError 400."""
    scope = params.json("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if kind not in _CHAT_SCOPES:
        return str(kind)
    chat = world.chats.get(int(scope.get("chat_id", 0)))
    if chat is None or (chat.user is not None and not chat.user.started):
        raise bad_request("chat not found")
    if kind != "chat" and chat.private:
        raise bad_request("can't change commands scope for private chat")
    return f"{kind} {chat.id}" + (f" {int(scope['user_id'])}" if kind == "chat_member" else "")


def _language(params: Params) -> str:
    language = params.text("language_code")
    if not re.fullmatch(r"|[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


@method("setMyCommands")
def set_my_commands(world: World, params: Params) -> bool:
    """Up to 100 commands of 1 to 32 characters with descriptions of 1 to 256."""
    commands = params.json("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for entry in commands:
        name = str(entry.get("command", "")).removeprefix("/")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(entry.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": str(entry["description"])})
    world.commands[_scope(world, params), _language(params)] = kept
    _refresh(world)
    return True


@method("deleteMyCommands")
def delete_my_commands(world: World, params: Params) -> bool:
    """Forgets the list of one scope and language, so that the next wider one shows."""
    world.commands.pop((_scope(world, params), _language(params)), None)
    _refresh(world)
    return True


@method("getMyCommands")
def get_my_commands(world: World, params: Params) -> list[Json]:
    """The list of exactly this scope and language, [] without one."""
    return world.commands.get((_scope(world, params), _language(params)), [])


def _refresh(world: World) -> None:
    for chat in list(world.chats.values()):
        world.changed(chat)


def commands_for(world: World, chat: Chat, user_id: int, language: str | None) -> list[Json]:
    """What a person's menu shows in a chat: the narrowest scope that has a list, language before no language."""
    if chat.private:
        scopes = [f"chat {chat.id}", "all_private_chats", "default"]
    else:
        scopes = [f"chat_member {chat.id} {user_id}", f"chat {chat.id}", "all_group_chats", "default"]
        if chat.members.get(user_id) in ("creator", "administrator"):
            scopes.insert(1, f"chat_administrators {chat.id}")
            scopes.insert(3, "all_chat_administrators")
    for scope in scopes:
        for key in ((scope, language or ""), (scope, "")):
            if key in world.commands:
                return world.commands[key]
    return []


def _set_text(world: World, params: Params, name: str, limit: int, refusal: str) -> bool:
    if len(params.text(name)) > limit:
        raise bad_request(refusal)
    world.texts[name, _language(params)] = params.text(name)
    return True


@method("setMyDescription")
def set_my_description(world: World, params: Params) -> bool:
    """Shown in an empty chat; up to 512 characters."""
    done = _set_text(world, params, "description", 512, "description is too long")
    _refresh(world)
    return done


@method("setMyShortDescription")
def set_my_short_description(world: World, params: Params) -> bool:
    """Shown on the profile; up to 120 characters."""
    return _set_text(world, params, "short_description", 120, "short description is too long")


@method("setMyName")
def set_my_name(world: World, params: Params) -> bool:
    """The bot's shown name; up to 64 characters."""
    return _set_text(world, params, "name", 64, "name is too long")


@method("getMyDescription")
def get_my_description(world: World, params: Params) -> Json:
    """As set, "" before."""
    return {"description": world.texts.get(("description", _language(params)), "")}


@method("getMyShortDescription")
def get_my_short_description(world: World, params: Params) -> Json:
    """As set, "" before."""
    return {"short_description": world.texts.get(("short_description", _language(params)), "")}


@method("getMyName")
def get_my_name(world: World, params: Params) -> Json:
    """As set, otherwise the name the bot began with."""
    return {"name": world.texts.get(("name", _language(params)), world.bot.first_name)}


@method("setChatMenuButton")
def set_chat_menu_button(world: World, params: Params) -> bool:
    """The button beside the input of one private chat, or of all without chat_id."""
    button = params.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse menu button: unsupported type specified")
    if "chat_id" not in params:
        world.default_menu_button = button
        return True
    chat = world.chats.get(params.integer("chat_id"))
    if chat is None or not chat.private:
        raise bad_request("chat not found")
    chat.menu_button = button
    world.changed(chat)
    return True


@method("getChatMenuButton")
def get_chat_menu_button(world: World, params: Params) -> Json:
    """The button in force for a chat, or the default one."""
    chat = world.chats.get(params.integer("chat_id")) if "chat_id" in params else None
    return (chat and chat.menu_button) or world.default_menu_button
