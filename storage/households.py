"""The family of a house and its exact place: personal data, apart from the house so that it can be erased alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, Session, SQLModel, col, select

from storage.base import KEY, blob, check, fk
from storage.store import vault_of


class Household(SQLModel, table=True):
    """Who lives in a house. The NIK is sealed with the house's id; ``nik_index`` finds equal ones.

    ``rt``, ``rw``: three digits each. ``lat``, ``lon``: degrees.
    """

    __tablename__ = "household"
    __table_args__ = (check("lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180", "pin"),)
    house_id: int = Field(sa_column=Column(KEY, ForeignKey("house.id"), primary_key=True, autoincrement=False))
    head_name: str = Field(max_length=100)
    address: str = Field(max_length=200)
    rt: str = Field(max_length=3)
    rw: str = Field(max_length=3)
    lat: float
    lon: float
    nik: bytes = blob()
    nik_index: str = Field(max_length=64, index=True)
    consent_at: datetime
    consent_version: str = Field(max_length=16)
    recorded_by: int = fk("person.id", index=False)


def write(
    session: Session, house_id: int, *, head_name: str, address: str, rt: str, rw: str, lat: float, lon: float,
    nik: str, consent_at: datetime, consent_version: str, recorded_by: int,
) -> Household:
    """Record or correct the family of a house."""
    vault = vault_of(session)
    row = session.merge(Household(
        house_id=house_id, head_name=head_name, address=address, rt=rt, rw=rw, lat=lat, lon=lon,
        nik=vault.seal(nik.encode(), f"household:{house_id}"), nik_index=vault.index(nik, "nik"),
        consent_at=consent_at, consent_version=consent_version, recorded_by=recorded_by,
    ))
    session.flush()
    return row


def of_house(session: Session, house_id: int) -> Household | None:
    """The family of a house; None when erased. Reading it for somebody is an event: the caller records it."""
    return session.get(Household, house_id)


def nik_of(session: Session, household: Household) -> str:
    """The full NIK, 16 digits."""
    return vault_of(session).open(household.nik, f"household:{household.house_id}").decode()


def houses_with_nik(session: Session, nik: str) -> list[int]:
    """Ids of houses registered under the same NIK."""
    index = vault_of(session).index(nik, "nik")
    return list(session.exec(select(Household.house_id).where(col(Household.nik_index) == index)))


def twins(session: Session, household: Household) -> list[int]:
    """Ids of houses registered under the same NIK, its own among them."""
    where = col(Household.nik_index) == household.nik_index
    return list(session.exec(select(Household.house_id).where(where)))
