"""Facts about this store as a whole: which key opens it, which city it serves, settings that admins change."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col

from storage.errors import WrongKey
from storage.store import exclusive, vault_of

_KEY_CHECK, _INDEX_CHECK = "key_check", "index_check"
_KNOWN = b"bedah"
# Two first starts at once on one PostgreSQL: the second waits and finds what the first wrote. Any number will do.
FIRST_START = 36_74_2018

# Tangsel's ceiling a house in 2025 (DOMAIN.md); an admin may change it in /mitra.
DEFAULT_CEILING = 75_000_000


class Meta(SQLModel, table=True):
    """One named fact."""

    __tablename__ = "meta"
    name: str = Field(primary_key=True, max_length=64)
    value: str


def get(session: Session, name: str, default: str | None = None) -> str | None:
    """The value, or ``default``."""
    row = session.get(Meta, name)
    return row.value if row else default


def put(session: Session, name: str, value: str) -> None:
    """Set a value; of two who set the first one at once, neither fails."""
    written = _insert(session).values(name=name, value=value)
    kept = written.on_conflict_do_update(index_elements=[col(Meta.name)], set_={"value": written.excluded.value})
    session.scalars(kept.returning(Meta), execution_options={"populate_existing": True}).one()


def _insert(session: Session) -> Any:
    return (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(Meta)


def first_of_day(session: Session, name: str, day: date) -> bool:
    """Note that what ``name`` stands for is done for a day; False when it was before (also by another process, just
    now)."""
    written = _insert(session).values(name=name, value=day.isoformat())
    # Any other day gives way: one ahead was written by a clock that was wrong, and must not silence the right one.
    noted = written.on_conflict_do_update(index_elements=[col(Meta.name)], set_={"value": written.excluded.value},
                                          where=col(Meta.value) != written.excluded.value)
    return session.execute(noted.returning(col(Meta.name))).first() is not None


def house_ceiling(session: Session) -> int:
    """The city's ceiling for one house, in rupiah."""
    return int(get(session, "house_ceiling") or DEFAULT_CEILING)


def check_key(session: Session) -> None:
    """Make sure that the key fits the data; the first start writes the proof.

    Both of its parts: with another index key nothing would fail, but no NIK or family card would be found again, and a
    family could be helped twice.

    Raises:
        WrongKey: the data was written with another key.
    """
    vault = vault_of(session)
    sealed, index = get(session, _KEY_CHECK), get(session, _INDEX_CHECK)
    if sealed is None or index is None:
        exclusive(session, FIRST_START)
        sealed, index = get(session, _KEY_CHECK), get(session, _INDEX_CHECK)
    if sealed is None:
        put(session, _KEY_CHECK, vault.seal(_KNOWN, _KEY_CHECK).hex())
    elif vault.open(bytes.fromhex(sealed), _KEY_CHECK) != _KNOWN:
        raise WrongKey("the key does not fit this data")
    known = vault.index(_KNOWN.decode(), _INDEX_CHECK)
    if index is None:
        put(session, _INDEX_CHECK, known)
    elif index != known:
        raise WrongKey("the index key does not fit this data")
