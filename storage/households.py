"""The family of a house and its exact place: personal data, apart from the house so that it can be erased alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index
from sqlmodel import Field, Session, SQLModel

from storage.base import KEY, blob, check, choice, fk
from storage.store import vault_of


class LandProof(StrEnum):
    """What the family can show for the land (DOMAIN.md, the checklist)."""

    CERTIFICATE = "shm"
    SALE_DEED = "ajb"
    CUSTOMARY = "girik"
    BUILDING_RIGHT = "hgb"
    VILLAGE_LETTER = "letter"
    NONE = "none"


class Household(SQLModel, table=True):
    """Who lives in a house. NIK, family card (No. KK) and phone are sealed with the house's id; ``nik_index`` and
    ``card_index`` find equal ones.

    ``rt``, ``rw``: three digits each. ``lat``, ``lon``: degrees. ``families``: how many live in the house.
    ``elderly``, ``disabled``: counts only. ``land_m2``: the plot. ``prior_aid``: the year of an earlier housing aid, 0
    for never. None: not asked yet.
    """

    __tablename__ = "household"
    __table_args__ = (
        check("lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180", "pin"),
        check("families >= 1", "families"),
        check("elderly >= 0", "elderly"),
        check("disabled >= 0", "disabled"),
        check("land_m2 > 0 AND land_m2 < 100000", "land"),
        check("prior_aid = 0 OR prior_aid BETWEEN 1950 AND 2100", "prior_aid"),
        Index("ix_household_place", "lat", "lon"),
    )
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
    family_card: bytes | None = blob(nullable=True)
    card_index: str | None = Field(default=None, max_length=64, index=True)
    phone: bytes | None = blob(nullable=True)
    families: int | None = None
    elderly: int | None = None
    disabled: int | None = None
    land_proof: LandProof | None = choice(LandProof, "land_proof", nullable=True)
    land_m2: float | None = None
    prior_aid: int | None = None


def write(
    session: Session, house_id: int, *, head_name: str, address: str, rt: str, rw: str, lat: float, lon: float,
    nik: str, consent_at: datetime, consent_version: str, recorded_by: int, family_card: str | None = None,
    phone: str | None = None, **more: Any,
) -> Household:
    """Record or correct the family of a house: all of it. ``more``: families, elderly, disabled, land_proof, land_m2,
    prior_aid."""
    vault, bound = vault_of(session), f"household:{house_id}"
    row = session.merge(Household(
        house_id=house_id, head_name=head_name, address=address, rt=rt, rw=rw, lat=lat, lon=lon,
        nik=vault.seal(nik.encode(), bound), nik_index=vault.index(nik, "nik"),
        family_card=vault.seal(family_card.encode(), f"{bound}:card") if family_card else None,
        card_index=vault.index(family_card, "card") if family_card else None,
        phone=vault.seal(phone.encode(), f"{bound}:phone") if phone else None,
        consent_at=consent_at, consent_version=consent_version, recorded_by=recorded_by, **more,
    ))
    session.flush()
    return row


def of_house(session: Session, house_id: int) -> Household | None:
    """The family of a house; None when erased. Reading it for somebody is an event: the caller records it.

    It is not erased before the transaction ends: what is shown of it is written down then, and will be emptied.
    """
    return session.get(Household, house_id, with_for_update={"read": True})


def nik_of(session: Session, household: Household) -> str:
    """The full NIK, 16 digits."""
    return vault_of(session).open(household.nik, f"household:{household.house_id}").decode()


def family_card_of(session: Session, household: Household) -> str | None:
    """The full number of the family card, 16 digits; None when it was not asked yet."""
    if household.family_card is None:
        return None
    return vault_of(session).open(household.family_card, f"household:{household.house_id}:card").decode()


def phone_of(session: Session, household: Household) -> str | None:
    """The telephone, ``+628…``; None when it was not asked yet."""
    if household.phone is None:
        return None
    return vault_of(session).open(household.phone, f"household:{household.house_id}:phone").decode()
