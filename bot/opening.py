"""Opening a store: the key, the newest shape, the right city; every refusal is one line."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import CannotStart
from bot.settings import Settings
from storage import meta, migrate, people, regions
from storage.errors import WrongKey
from storage.people import RoleName
from storage.store import Store
from storage.vault import Vault

log = logging.getLogger("bedah")

_KINDS = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")


def open_store(settings: Settings) -> Store:
    """A store ready for use.

    Raises:
        CannotStart: unreachable database, wrong key, unknown city, a folder that cannot be written.
    """
    try:
        url = make_url(settings.database_url)
        if url.drivername not in _KINDS or (url.get_backend_name() == "sqlite" and not url.database):
            raise ArgumentError("unknown kind")
        if url.get_backend_name() == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        store = Store(settings.database_url, _vault(settings))
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise CannotStart("BEDAH_DATABASE is not a database address, for example sqlite:///data/bedah.sqlite3 "
                          "or postgresql://user@host/name.") from error
    except OSError as error:
        name = "BEDAH_DATABASE" if settings.database and isinstance(error.filename, str | Path) and \
            not Path(error.filename).is_relative_to(settings.data) else "BEDAH_DATA"
        raise CannotStart(f"The data folder cannot be written ({error.strerror}); see {name}.") from error
    try:
        migrate.upgrade(store.engine)
        store.run(meta.check_key)
        store.run(lambda session: regions.load_city(session, settings.city))
    except CommandError as error:
        raise CannotStart("This database was made by a newer version of bedah; install that one.") from error
    except WrongKey as error:
        raise CannotStart("The key does not fit this data. Put back the key file that was made with it "
                          "(bedah.key in the data folder, or BEDAH_KEYS).") from error
    except LookupError as error:
        raise CannotStart(f"BEDAH_CITY={settings.city}: {error}. A city code looks like 36.74.") from error
    except DBAPIError as error:
        host = url.host or url.database
        why = (str(error.orig).splitlines() or [""])[0]
        raise CannotStart(f"The database cannot be opened or reached ({host}): "
                          f"{type(error.orig).__name__}, {why}. See BEDAH_DATABASE.") from error
    return store


def _vault(settings: Settings) -> Vault:
    given = settings.keys.get_secret_value()
    try:
        if given:
            return Vault.from_text(given)
        return Vault.from_file(settings.key_file, may_create=not _has_data(settings))
    except WrongKey as error:
        if given:
            raise CannotStart("BEDAH_KEYS is not a bedah key.") from error
        raise CannotStart(f"The key file {settings.key_file.name} is missing or damaged, and there is data that "
                          "only it can open. Put it back into the data folder (BEDAH_DATA).") from error


def _has_data(settings: Settings) -> bool:
    """A new key beside old data would lock it for ever."""
    url = make_url(settings.database_url)
    return url.get_backend_name() == "sqlite" and bool(url.database) and Path(str(url.database)).exists()


def has_admin(store: Store) -> bool:
    """Whether anybody can let people in."""
    return bool(store.run(lambda session: people.holders(session, RoleName.ADMIN)))
