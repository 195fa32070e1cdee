"""One table of commands, and Telegram's menu made from it: each person sees what their roles allow."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers.kit.texts import READ_INDONESIAN, SOURCE, languages, texts
from storage import meta, outbox, people
from storage.people import Person, RoleName


@dataclass(frozen=True)
class Entry:
    """A command. ``roles`` None: for everybody with an account. ``words``: what people type when they mean it.

    Its text is the message ``command.<name>``, in a menu at most 256 characters.
    """

    name: str
    roles: frozenset[RoleName] | None = None
    english: str | None = None
    words: tuple[str, ...] = ()

    def shown(self, locale: str) -> str:
        """The name to show to readers of a language."""
        return self.name if locale == SOURCE else self.english or self.name

    def allows(self, roles: set[RoleName]) -> bool:
        """Whether one of these roles may use it."""
        return self.roles is None or bool(self.roles & roles)


_SURVEYOR, _VERIFIER = frozenset({RoleName.SURVEYOR}), frozenset({RoleName.VERIFIER})
_PARTNER, _ADMIN = frozenset({RoleName.PARTNER}), frozenset({RoleName.ADMIN})

COMMANDS: list[Entry] = [
    Entry("daftar", _SURVEYOR | _ADMIN, words=("pendataan", "survei", "daftarkan", "register", "survey")),
    Entry("rumahsaya", _SURVEYOR | _ADMIN, english="myhouses",
          words=("rumahku", "rumah", "house", "houses")),
    Entry("formulir", _SURVEYOR | _ADMIN, english="form",
          words=("templat", "template", "blangko", "borang", "luring", "offline", "salin")),
    Entry("verifikasi", _VERIFIER, words=("verif", "periksa", "verify", "verification")),
    Entry("klaim", _PARTNER, words=("ambil", "claim")),
    Entry("cocok", _PARTNER, english="fits", words=("sesuai", "cocokkan", "match", "matching")),
    Entry("danai", _PARTNER, english="cofund", words=("mendanai", "dukung", "dukungan", "cofunding", "support")),
    Entry("klaimsaya", _PARTNER, english="myclaims", words=("klaimku",)),
    Entry("progres", _PARTNER | _ADMIN, words=("progress", "laporan", "lapor", "report")),
    Entry("lepas", _PARTNER, words=("lepaskan", "release")),
    Entry("data", _VERIFIER | _ADMIN, words=("hapus", "ekspor", "erase", "export")),
    Entry("mitra", _ADMIN, words=("kuota", "partner", "partners", "quota")),
    Entry("undang", _ADMIN, english="invite", words=("undangan",)),
    Entry("anggota", _ADMIN, english="members", words=("petugas", "peran")),
    Entry("grup", _ADMIN, english="groups", words=("jadwal",)),
    Entry("roadshow", _VERIFIER | _PARTNER | _ADMIN, words=("kunjungan", "visit", "visits")),
    Entry("topik", _ADMIN, english="topic", words=("forum",)),
    Entry("kabar", _SURVEYOR | _VERIFIER | _PARTNER, english="news",
          words=("langganan", "pemberitahuan", "notifikasi", "notifications")),
    Entry("rekap", english="recap", words=("ringkasan", "rekapitulasi", "digest")),
    Entry("bahasa", english="language", words=("indonesia", "english", "inggris")),
    Entry("privasi", english="privacy"),
    Entry("draf", english="drafts", words=("draft", "isian", "lanjut", "lanjutkan", "teruskan", "resume", "continue")),
    Entry("batal", english="cancel", words=("batalkan",)),
    Entry("bantuan", english="help", words=("tolong", "menu", "bantu")),
]
"""In the order of the menu."""

IN_GROUPS = ("rekap",)
"""What anybody in a group may ask for."""


def for_roles(roles: set[RoleName]) -> list[Entry]:
    """The commands of somebody with these roles."""
    return [entry for entry in COMMANDS if entry.allows(roles)] if roles else []


def update_menu(session: Session, person: Person, now: datetime) -> None:
    """Show a person's own commands in their own language; call it whenever roles or language change."""
    if person.telegram_id is None:
        return
    entries = for_roles({role.name for role in people.roles_of(session, person.id or 0)})
    _personal(session, person.telegram_id, entries, person.locale, now)


def forget_menu(session: Session, telegram_id: int, now: datetime) -> None:
    """An account has no roles any more: it sees what strangers see."""
    _personal(session, telegram_id, [], SOURCE, now)


def _personal(session: Session, chat_id: int, entries: list[Entry], locale: str, now: datetime) -> None:
    params: dict[str, Any] = {"scope": {"type": "chat", "chat_id": chat_id}}
    if entries:
        params["commands"] = _listed(entries, locale)
    outbox.enqueue(session, chat_id, "setMyCommands" if entries else "deleteMyCommands", params, now, slot="menu",
                   priority=outbox.NEWS)


def _listed(entries: list[Entry], locale: str) -> list[dict[str, str]]:
    theirs = texts(locale)
    return [{"command": entry.shown(locale), "description": theirs.label(f"command.{entry.name}")}
            for entry in entries]


def default_menus(session: Session, now: datetime, bot_lane_chat_id: int) -> bool:
    """Bring every menu up to this version's table, once a version: strangers', groups', and each member's.

    The calls for strangers and groups go through the lane ``bot_lane_chat_id``, which is no real chat.
    Returns False when nothing has changed since the last time.
    """
    calls = _defaults()
    every = {locale: _listed(COMMANDS, locale) for locale in languages()}
    allowed = [[entry.name, sorted(entry.roles or ())] for entry in COMMANDS]
    version = hashlib.sha256(json.dumps([calls, every, allowed], sort_keys=True).encode()).hexdigest()
    if meta.get(session, "menus") == version:
        return False
    for slot, params in calls:
        outbox.enqueue(session, bot_lane_chat_id, "setMyCommands", params, now, slot=slot,
                       priority=outbox.BACKGROUND)
    after = 0
    while page := people.page(session, after=after, limit=500):
        roles = people.roles_of_all(session, [person.id or 0 for person in page])
        for person in page:
            if person.telegram_id is not None:
                held = {role.name for role in roles.get(person.id or 0, [])}
                _personal(session, person.telegram_id, for_roles(held), person.locale, now)
        after = page[-1].id or 0
    meta.put(session, "menus", version)
    return True


def _defaults() -> list[tuple[str, dict[str, Any]]]:
    """Slot and parameters for each scope and language. Telegram takes the list without a language for the rest."""
    read = {"": "en"} | dict.fromkeys(sorted(READ_INDONESIAN), SOURCE) | {name: name for name in languages()}
    calls: list[tuple[str, dict[str, Any]]] = []
    for code, locale in read.items():
        theirs = texts(locale)
        start = [{"command": "start", "description": theirs.label("command.start")}]
        group = _listed([entry for entry in COMMANDS if entry.name in IN_GROUPS], locale)
        for scope, commands in (("all_private_chats", start), ("all_group_chats", group)):
            params: dict[str, Any] = {"commands": commands, "scope": {"type": scope}}
            if code:
                params["language_code"] = code
            calls.append((f"menu:{scope}:{code}", params))
    return calls
