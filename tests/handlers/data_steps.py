"""Households of which everything is known, and the steps of /data. The families are invented."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from storage import checklist, handover, houses, people, registering, revisions
from storage.checklist import Item, Verdict
from storage.houses import House, HouseState
from storage.registering import Entry
from tests.builders import NOW, PAMULANG, SARI, VERA, approve, build, claim, make_quota, person
from tests.handlers.stage import Stage
from tests.world import Actor

NAME, ADDRESS, PHONE = "Kanaria Zubaidah", "Gg. Kenari Kuning No. 77", "+6281234509876"
NIK, FAMILY_CARD = "3674064107800077", "3674061203850088"
MASKED, MASKED_CARD = "3674********0077", "3674********0088"


def entry(**more: Any) -> Entry:
    """Every field filled."""
    values: dict[str, Any] = {
        "head_name": NAME, "nik": NIK, "address": ADDRESS, "kecamatan": PAMULANG, "kelurahan": f"{PAMULANG}.1001",
        "rt": "003", "rw": "001", "lat": -6.34, "lon": 106.73, "roof": 4, "floor": 3, "wall": 5, "occupants": 5,
        "area_m2": 30.0, "family_card": FAMILY_CARD, "phone": PHONE, "families": 2, "elderly": 1, "disabled": 1,
        "land_proof": "girik", "land_m2": 90.0, "prior_aid": 2009, "foundation": 4, "columns": 3, "latrine": 5,
        "drinking_water": 2, "septic_m": 7.5, "roof_material": "zinc", "floor_material": "earth",
        "wall_material": "woven",
    }
    return Entry(**values | more)


def whole(session: Session, state: HouseState = HouseState.REGISTERED, **more: Any) -> House:
    """A house in a state, with all that can be held about its household."""
    sari, vera = person(session, SARI).id or 0, person(session, VERA).id or 0
    house = registering.register_house(session, entry(**more), NOW, by=sari, consent_at=NOW, consent_version="2026-11")
    number = house.id or 0
    checklist.put(session, number, Item.LAND, Verdict.YES, NOW, by=vera, note=f"surat atas nama {NAME}")
    checklist.put(session, number, Item.NO_AID, Verdict.NO, NOW, by=vera)
    revisions.note(session, number, "head_name", f"{NAME} lama", NAME, NOW, by=sari)
    revisions.note(session, number, "nik", "3674064107800099", NIK, NOW, by=sari)
    reach(session, house, state)
    return houses.get(session, number)


def reach(session: Session, house: House, state: HouseState) -> None:
    """From registered to a state."""
    number, vera = house.id or 0, person(session, VERA).id or 0
    if state == HouseState.REGISTERED:
        return
    if state in (HouseState.RETURNED, HouseState.INELIGIBLE):
        houses.move(session, number, HouseState.REGISTERED, state, NOW, by=vera, verifier_id=vera, verified_at=NOW,
                    note=f"{NAME} tidak di rumah", wrong_fields=["nik"] if state == HouseState.RETURNED else [])
    elif state in (HouseState.WITHDRAWN, HouseState.DUPLICATE):
        houses.move(session, number, HouseState.REGISTERED, state, NOW, by=None)
    else:
        approve(session, house)
        if state != HouseState.ELIGIBLE:
            _held(session, house, state)


def _held(session: Session, house: House, state: HouseState) -> None:
    made = claim(session, houses.get(session, house.id or 0), make_quota(session))
    if state == HouseState.CLAIMED:
        return
    build(session, made)
    if state == HouseState.HANDED_OVER:
        handover.hand_over(session, made.id or 0, 40_000_000, NOW, by=None)


def made(stage: Stage, state: HouseState = HouseState.REGISTERED, **more: Any) -> str:
    """Such a house; its code."""
    return stage.store.run(lambda session: whole(session, state, **more).code)


def erases(admin: Actor, code: str, reason: str = "Permintaan keluarga") -> None:
    """The whole way."""
    admin.says(f"/data {code}")
    admin.presses("Hapus data")
    admin.presses(reason)
    admin.presses("Ya, hapus data")


def me(session: Session, actor: Actor) -> int:
    """The person behind an actor."""
    found = people.by_telegram(session, actor.id)
    assert found is not None
    return found.id or 0
