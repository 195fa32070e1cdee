"""Where the parts meet: settings and a store in, a program out."""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.client import away, build_bot, close_bot
from bot.clock import Clock
from bot.deliver import Deliverer, Reports
from bot.errors import CannotStart, MustStop
from bot.files import FileStore
from bot.leader import leader_of
from bot.limits import Limits
from bot.memory import stay_small
from bot.pump import Pump
from bot.receive import ALLOWED, Poller
from bot.settings import Settings
from bot.webhook import PATH, Webhook
from handlers import ops
from handlers.kit.runtime import RUNTIME, Runtime
from handlers.kit.texts import languages
from handlers.people.menus import default_menus
from handlers.routes import ROUTES
from storage import groups, outbox
from storage.errors import CommitUnknown, LostLeadership
from storage.outbox import Outbox
from storage.store import Store, why

log = logging.getLogger("bedah")

Ptb = Application[Any, Any, Any, Any, Any, Any]
_START_PATIENCE = 90.0


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def build_telegram(settings: Settings) -> Ptb:
    """python-telegram-bot's application with our routes, without its updater (decision 2)."""
    application: Ptb = ApplicationBuilder().bot(build_bot(settings)).updater(None).build()
    application.add_handlers(ROUTES)
    return application


def _files(settings: Settings) -> FileStore:
    """Where photos are kept.

    Raises:
        CannotStart: there is no such place, or nothing can be written to a local one.
    """
    try:
        store = FileStore(settings.files_url)
        store.check()
    except ImportError as error:
        raise CannotStart(f"BEDAH_FILES: this kind of address needs more to be installed ({error}); for S3 install "
                          "the extra: pip install 'bedah[s3]'.") from error
    except (ValueError, OSError) as error:
        raise CannotStart(f"BEDAH_FILES: photos cannot be kept at {settings.files_url} ({error}); a folder such as "
                          "data/files, or an address such as s3://bucket/folder.") from error
    return store


class Program:
    """The running bot. ``run`` ends when :meth:`stop` is called, or raises why it cannot go on."""

    def __init__(self, settings: Settings, store: Store, *, now: Callable[[], datetime] = utc_now,
                 limits: bool = True) -> None:
        stay_small()
        self.settings, self.store = settings, store
        self._now, self._limits = now, limits
        self.application = build_telegram(settings)
        self.bot = self.application.bot
        self.files = _files(settings)
        self._stop = asyncio.Event()
        self._instants: set[asyncio.Task[None]] = set()
        self.ready = asyncio.Event()
        self.pump: Pump | None = None

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self._stop.set()

    async def run(self) -> None:
        """Run until stopped.

        Raises:
            CannotStart: a wrong token, a second process.
            MustStop: for the supervisor to start it again.
        """
        languages()
        leader, webhook = leader_of(self.store, self.settings.lease_seconds), None
        keeping: asyncio.Task[None] | None = None
        try:
            if not await self._until_stop(self._hello()):
                return
            webhook = self._webhook() if self.settings.webhook_url else None
            if await self._until_stop(leader.acquire()):
                keeping = asyncio.create_task(leader.keep())  # from now on: what comes next may wait for Telegram
                await self._lead(leader.guard, keeping, webhook)
        except LostLeadership as error:
            raise MustStop("the lead is lost: another process has it, or the database was away for too long") from error
        except (DBAPIError, CommitUnknown) as error:
            raise MustStop(f"the database failed ({why(error)})") from error
        finally:
            if keeping is not None:
                keeping.cancel()
                await asyncio.gather(keeping, return_exceptions=True)
            if webhook is not None:
                await webhook.stop()
            await leader.release()
            await self.application.shutdown()
            await close_bot(self.bot)

    async def _until_stop(self, work: Any) -> bool:
        """Await something, but not longer than until :meth:`stop`; False when stopped."""
        task, stopped = asyncio.ensure_future(work), asyncio.create_task(self._stop.wait())
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not task.done():
            task.cancel()
            return False
        task.result()
        return True

    async def _hello(self) -> None:
        """Learn who we are."""
        try:
            await self._patiently(self.application.initialize)
        except InvalidToken as error:
            raise CannotStart("Telegram does not accept BEDAH_TOKEN.") from error

    async def _patiently(self, call: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any) -> None:
        """A start during an outage waits a while.

        Raises:
            MustStop: Telegram could not be reached for 90 s.
            InvalidToken, BadRequest: it could, and refused.
        """
        began, pause = time.monotonic(), 0.5
        while True:
            try:
                await call(*arguments)
                return
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as error:
                if time.monotonic() - began > _START_PATIENCE:
                    raise MustStop(away(self.settings, error)) from error
                log.warning("Telegram cannot be reached (%s); trying again", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)

    def _build_runtime(self, guard: Callable[[Session], None], wake: Callable[[], None]) -> Runtime:
        return Runtime(
            store=self.store, now=self._now, zone=ZoneInfo(self.settings.zone), zone_label=self.settings.zone_label,
            city=self.settings.city, bot_id=self.bot.id, bot_username=self.bot.username or "", guard=guard, wake=wake,
            instant=self._instant, rules=self.settings.rules,
        )

    def _webhook(self) -> Webhook:
        """Receive before leading: other processes' updates land in the inbox as well."""
        secret = self.settings.webhook_secret.get_secret_value()
        webhook = Webhook(self.store, self.bot.id, secret, self._now, self._wake_pump)
        try:
            webhook.listen(self.settings.webhook_listen, self.settings.webhook_port)
        except OSError as error:
            address, port = self.settings.webhook_listen, self.settings.webhook_port
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(f"Port {port} is taken (BEDAH_WEBHOOK_PORT).") from error
            raise CannotStart(f"The webhook cannot listen at {address}, port {port} ({error.strerror}); see "
                              "BEDAH_WEBHOOK_LISTEN (such as 127.0.0.1), BEDAH_WEBHOOK_PORT (such as 8443).") from error
        return webhook

    def _wake_pump(self) -> None:
        if self.pump is not None:
            self.pump.wake()

    async def _lead(self, guard: Callable[[Session], None], keeping: asyncio.Task[None],
                    webhook: Webhook | None) -> None:
        runtime = self._build_runtime(guard, lambda: deliverer.wake())
        self.application.bot_data[RUNTIME] = runtime
        self.pump = pump = Pump(self.application, self.store, self._now, guard, lambda session, number, raw, problem:
                         ops.report_parked(session, runtime, self._now(), number, raw, problem))
        deliverer = Deliverer(self.bot, self.store, self.files, self._now, guard, self._reports(runtime),
                              Limits(time.monotonic, enabled=self._limits), pump.waiting, runtime.rules)
        pump.idle = deliverer.wake
        clock = Clock(self.store, runtime, self.files, tick_seconds=self.settings.tick_seconds)
        await deliverer.recover()
        await self.store.do(lambda session: self._menus(session, guard))
        await self._choose_way(webhook)
        poller = Poller(self.bot, self.store, self.bot.id, self._now, pump.wake)
        receiver = asyncio.create_task(self._stopped() if webhook else poller.run())
        work = [asyncio.create_task(pump.run()), asyncio.create_task(deliverer.run()), keeping]
        stopping = asyncio.create_task(self._stop.wait())
        clock.start()
        self.ready.set()
        try:
            done, _ = await asyncio.wait({*work, receiver, stopping}, return_when=asyncio.FIRST_COMPLETED)
            failure = next((task.exception() for task in done if not task.cancelled() and task.exception()), None)
        finally:
            clock.stop()
            receiver.cancel()
            stopping.cancel()
            # First the updates in hand, then what they made: nobody is left without an answer.
            pump.stop()
            await asyncio.wait({work[0]}, timeout=20)
            deliverer.stop()
            await asyncio.wait({work[1]}, timeout=20)
            for task in work:
                task.cancel()
            await asyncio.gather(*work, receiver, *self._instants, return_exceptions=True)
        if failure is not None:
            raise failure

    def _menus(self, session: Session, guard: Callable[[Session], None]) -> None:
        guard(session)
        default_menus(session, self._now(), outbox.BOT_LANE)

    async def _stopped(self) -> None:
        await self._stop.wait()

    def _reports(self, runtime: Runtime) -> Reports:
        def unknown(session: Session, row: Outbox) -> None:
            ops.ask_about_unknown(session, runtime, self._now(), row)

        def dead(session: Session, row: Outbox, problem: str) -> None:
            ops.report_dead(session, runtime, self._now(), row, problem)

        def refused(session: Session, row: Outbox, problem: str) -> None:
            ops.report_refused(session, runtime, self._now(), row, problem)

        def migrated(session: Session, old: int, new: int) -> None:
            groups.migrated(session, old, new, self._now())

        def topic_gone(session: Session, row: Outbox, topic_id: int) -> None:
            ops.report_topic_gone(session, self._now(), row, topic_id)

        return Reports(unknown, dead, refused, migrated, topic_gone)

    def _instant(self, method: str, params: dict[str, Any]) -> None:
        """A call that nobody needs to remember: too late or lost does no harm."""

        async def make() -> None:
            try:
                await self.bot.do_api_request(method, params)
            except TelegramError as error:
                log.debug("%s: %s", method, type(error).__name__)

        task = asyncio.get_running_loop().create_task(make())
        self._instants.add(task)
        task.add_done_callback(self._instants.discard)

    async def _choose_way(self, webhook: Webhook | None) -> None:
        """Tell Telegram how it shall hand over updates, before anything is taken in hand.

        Raises:
            CannotStart: the webhook's address is refused.
        """
        method, params = "deleteWebhook", {}
        if webhook is not None:
            method, params = "setWebhook", {
                "url": self.settings.webhook_url.rstrip("/") + PATH, "allowed_updates": ALLOWED,
                "secret_token": self.settings.webhook_secret.get_secret_value(),
            }
        try:
            await self._patiently(self.bot.do_api_request, method, params)
        except BadRequest as error:
            raise CannotStart(f"Telegram refuses BEDAH_WEBHOOK_URL: {error.message}") from error
