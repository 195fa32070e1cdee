"""``bedah try``: the sandbox, the sample city and the bot in one process, on loopback only."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlmodel import Session

from bot.app import Program, utc_now
from bot.errors import CannotStart
from bot.files import FileStore
from bot.opening import open_store
from bot.sample import guide_html, load
from bot.sandbox import Message, Person, Sandbox
from bot.settings import Settings
from handlers.kit.texts import texts
from storage import groups, people
from storage.groups import Rhythm

# Who can be played on the page: key, name, note.
CAST = (
    ("sari", "Sari", "petugas survei"),
    ("vera", "Vera", "verifikator"),
    ("budi", "Budi", "mitra: Baznas"),
    ("citra", "Citra", "mitra: CSR"),
    ("dani", "Dani", "mitra: DPKPP (APBD)"),
    ("admin", "Admin", "admin Dinas Sosial"),
)
GROUP = "Forum Bedah Rumah (contoh)"


async def try_city(folder: Path | None, port: int, opened: Callable[[str], None]) -> None:
    """Run the try-out until Ctrl+C. ``opened`` is called with the page's address once everything is there.

    Raises:
        CannotStart: the port is taken, the folder cannot be used.
    """
    work = asyncio.create_task(_try(folder, port, opened))
    _on_signal(work.cancel)  # until the program is there to be stopped in good order
    with suppress(asyncio.CancelledError):
        await work


async def _try(folder: Path | None, port: int, opened: Callable[[str], None]) -> None:
    if folder is not None:
        await _try_in(folder, port, opened)
        return
    with tempfile.TemporaryDirectory(prefix="bedah-try-") as made:
        await _try_in(Path(made), port, opened)


async def _try_in(folder: Path, port: int, opened: Callable[[str], None]) -> None:
    try:
        sandbox = Sandbox(guide=guide_html(), folder=folder / "chats")
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    except (ValueError, OSError) as error:
        raise CannotStart(f"The folder {folder} cannot be used; choose another with --folder.") from error
    try:
        await sandbox.start(port)
    except OSError as error:
        raise CannotStart(f"Port {port} is taken; choose another with --port.") from error
    cast = {key: sandbox.people.get(key) or sandbox.add_person(name, key, note=note) for key, name, note in CAST}
    settings = Settings(
        token=SecretStr(sandbox.token), api_url=sandbox.base_url.removesuffix("/bot"), data=folder, database="",
        files="", keys=SecretStr(""), city="36.74", zone="Asia/Jakarta", webhook_url="", tick_seconds=1,
    )
    store = open_store(settings)
    try:
        files = FileStore(settings.files_url)
        ids = {key: person.id for key, person in cast.items()}
        await asyncio.to_thread(load, store, utc_now(), files=files.put, telegram_ids=ids,
                                rules=settings.rules)
        await _run(Program(settings, store), sandbox, cast, opened)
    finally:
        store.close()
        await sandbox.stop()


async def _run(program: Program, sandbox: Sandbox, cast: dict[str, Person], opened: Callable[[str], None]) -> None:
    _on_signal(program.stop)
    running = asyncio.create_task(program.run())
    welcome = asyncio.create_task(_welcome(program, sandbox, cast, opened))
    await asyncio.wait({running, welcome}, return_when=asyncio.FIRST_COMPLETED)
    if not welcome.done():
        welcome.cancel()
    elif welcome.exception() is not None:
        program.stop()
    await running
    if welcome.done() and not welcome.cancelled():
        welcome.result()


def _on_signal(act: Callable[[], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, act)


async def _welcome(program: Program, sandbox: Sandbox, cast: dict[str, Person], opened: Callable[[str], None]) -> None:
    await program.ready.wait()
    if not sandbox.groups:
        await _greet(program, sandbox, cast)
    opened(sandbox.page_url)


async def _greet(program: Program, sandbox: Sandbox, cast: dict[str, Person]) -> None:
    """Everybody has pressed Start, the admin has brought the bot into the group, and its digest is on."""
    admin, group = cast["admin"], sandbox.add_group(GROUP, list(cast.values()))
    for person in cast.values():
        person.says("/start")
    admin.adds_bot_to(group, "administrator")  # so that it may pin the scoreboard
    turn_on = texts("id").label("group.button.on")
    await sandbox.wait_for(lambda: admin.last is not None and _offers(admin.last, turn_on), timeout=60)
    await program.store.do(lambda session: _switch_on(session, group.id, ZoneInfo(program.settings.zone)))
    admin.presses(turn_on)  # it is on already: the card only shows what is true now


def _offers(message: Message, label: str) -> bool:
    return any(button.text == label for row in message.buttons for button in row)


def _switch_on(session: Session, chat_id: int, zone: ZoneInfo) -> None:
    """A digest every day at this hour, so that the first one comes at once."""
    found = groups.by_chat(session, chat_id)
    if found is None or found.id is None:
        return
    hour = utc_now().astimezone(zone).replace(minute=0, second=0, microsecond=0)
    admin = people.holders(session, people.RoleName.ADMIN)[0]
    schedule = groups.schedule_of(session, found.id, hour - timedelta(minutes=1))
    groups.set_schedule(session, schedule, hour - timedelta(minutes=1), by=admin.id, rhythm=Rhythm.DAILY,
                        hour=hour.hour, active=True)
