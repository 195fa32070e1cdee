"""The command line: ``bedah --help`` lists what there is."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import webbrowser
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from bot.errors import CannotStart, MustStop
from bot.settings import Settings

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
                  help="A Telegram bot that runs a city's house-renovation programme (Program Bedah Rumah).")


def main() -> None:
    """The entry point: a refusal is one line on stderr and exit status 1, never a traceback."""
    os.umask(0o077)  # what it writes holds personal data
    try:
        app()
    except CannotStart as reason:
        typer.echo(f"bedah: {reason}", err=True)
        sys.exit(1)
    except MustStop as reason:
        typer.echo(f"bedah: stopped: {reason}", err=True)
        sys.exit(75)  # EX_TEMPFAIL: a supervisor starts it again


def _settings(**given: Any) -> Settings:
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        said = first["msg"].removeprefix("Value error, ")
        # What we refuse ourselves brings its example along.
        example = "" if first["type"] == "value_error" else \
            f", for example {Settings.model_fields[name].default}, not {first['input']}"
        raise CannotStart((f"BEDAH_{name.upper()}: " if name else "") + said + example) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart("The file .env cannot be read; it is a text (UTF-8) with a line such as BEDAH_CITY=36.74 for "
                          f"each setting ({type(error).__name__}).") from error


def _loop(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


@app.command()
def run() -> None:
    """Run the bot (needs BEDAH_TOKEN; settings from the environment or .env)."""
    from bot.logs import set_up

    settings = _settings()
    set_up(settings.log_level)
    if not settings.token.get_secret_value():
        raise CannotStart("BEDAH_TOKEN is not set. Get a token from @BotFather, or run `bedah try` without one.")
    if settings.webhook_url and not settings.webhook_secret.get_secret_value():
        raise CannotStart("BEDAH_WEBHOOK_SECRET must be set together with BEDAH_WEBHOOK_URL.")
    _loop(_run(settings))


async def _run(settings: Settings) -> None:
    from sqlalchemy.exc import DBAPIError

    from bot.app import Program
    from bot.opening import has_admin, open_store
    from storage.errors import CommitUnknown
    from storage.store import why

    store = open_store(settings)
    try:
        program = Program(settings, store)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, program.stop)
        task = asyncio.create_task(program.run())
        ready = asyncio.create_task(program.ready.wait())
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            typer.echo(f"bedah: running as @{program.bot.username}. Stop with Ctrl+C.")
            try:
                if not has_admin(store):
                    _print_admin_link(store, program.bot.username)
            except (DBAPIError, CommitUnknown) as error:  # it goes on as soon as the database is there again
                typer.echo(f"bedah: database away ({why(error)}); bedah admin-link prints a link later.", err=True)
        ready.cancel()
        await task
    finally:
        store.close()


def _print_admin_link(store: Any, username: str) -> None:
    from bot.app import utc_now
    from handlers.people.links import invite_url
    from storage import invites
    from storage.people import RoleName

    now = utc_now()
    _invite, token = store.run(lambda session: invites.create(session, now, by=None, role=RoleName.ADMIN))
    typer.echo("Open this link on your phone to become an admin (one use, valid for "
               f"{invites.VALID_DAYS} days):\n{invite_url(username, token)}")


@app.command("admin-link")
def admin_link() -> None:
    """Print a fresh one-time link that makes whoever opens it an admin."""
    from bot.opening import open_store

    settings = _settings()
    if not settings.token.get_secret_value():
        raise CannotStart("BEDAH_TOKEN is not set: the link needs the bot's name.")
    store = open_store(settings)
    try:
        _print_admin_link(store, asyncio.run(_username(settings)))
    finally:
        store.close()


async def _username(settings: Settings) -> str:
    from telegram.error import InvalidToken, TelegramError

    from bot.client import away, build_bot, close_bot

    bot = build_bot(settings)
    try:
        await bot.initialize()
        return str(bot.username)
    except InvalidToken as error:
        raise CannotStart("Telegram does not accept BEDAH_TOKEN.") from error
    except TelegramError as error:
        raise CannotStart(away(settings, error)) from error
    finally:
        await close_bot(bot)


@app.command("try")
def try_out(
    folder: Annotated[Path | None, typer.Option(help="Keep the try-out's data in this folder.")] = None,
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Try everything on this machine: a sample city of 264 houses, no token, no network."""
    from bot.logs import set_up
    from bot.trying import try_city

    set_up("WARNING")

    def opened(url: str) -> None:
        typer.echo(f"bedah: open {url}  (stop with Ctrl+C)")
        if browser:
            webbrowser.open(url)

    _loop(try_city(folder, port, opened))


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="A file that does not exist yet.")]) -> None:
    """Copy the SQLite database safely while the bot runs (keep the key file apart from it)."""
    from bot.backup import backup_sqlite

    backup_sqlite(_settings(), target)
    typer.echo(f"bedah: copied to {target}. Keep the key file too, in another place: without it the data is lost.")


@app.command("boundaries")
def load_outlines(file: Annotated[Path, typer.Argument(help="A GeoJSON file of kelurahan polygons, in degrees.")]
                  ) -> None:
    """Load outlines of kelurahan, so that a pin suggests one (never refuses one)."""
    from bot.boundaries import load_boundaries
    from bot.opening import open_store

    store = open_store(_settings())
    try:
        for line in load_boundaries(store, file):
            typer.echo(f"bedah: {line}")
    finally:
        store.close()


@app.command()
def migrate() -> None:
    """Bring the database to this version's shape (also done on every start)."""
    from bot.opening import open_store

    open_store(_settings()).close()
    typer.echo("bedah: the database has the newest shape.")
