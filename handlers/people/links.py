"""Addresses that open a chat with the bot."""

from __future__ import annotations


def invite_url(bot_username: str, token: str) -> str:
    """The one-time way in: who opens it presses Start and sends ``/start <token>``."""
    return f"https://t.me/{bot_username}?start={token}"


def house_url(bot_username: str, code: str) -> str:
    """Opens a house's card, for those who may see it. ``code``: as stored, ``PML-0042``."""
    return f"https://t.me/{bot_username}?start={code}"
