"""The family's data: one protected message to the partner who claimed the house, emptied when the right ends."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from handlers.cards import maps_url
from handlers.claims.access import own_claim
from handlers.claims.buttons import Family
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import texts
from storage import events, households, outbox, regions, shown
from storage.claims import Claim, ClaimState
from storage.houses import House
from storage.people import Person, Role
from storage.shown import Shown

_FIELDS = ["head_name", "address", "pin"]


def on_family(request: Request) -> None:
    """Show the family of an own active claim."""
    button = request.button
    assert isinstance(button, Family)
    claim, house = own_claim(request, button.claim_id)
    if claim.state != ClaimState.ACTIVE:
        raise Refusal("klaim.refuse.family_over", code=house.code)
    show(request, claim, house)


def show(request: Request, claim: Claim, house: House) -> None:
    """One protected message with name, address and pin; the read is recorded, its place remembered."""
    family = households.of_house(request.session, house.id or 0)
    if family is None:
        request.say(request.t("klaim.family.erased", code=house.code))
        return
    kelurahan, kecamatan = regions.place_of(request.session, house.kelurahan_code)
    row = request.say(request.t(
        "klaim.family", code=house.code, name=family.head_name, address=family.address, rt=house.rt, rw=house.rw,
        kelurahan=kelurahan, kecamatan=kecamatan, url=maps_url(house.lat, house.lon),
    ), protect=True)
    events.record(request.session, "read.household", request.now, actor=request.me.id, house=house.id,
                  claim=claim.id, fields=_FIELDS)
    shown.note(request.session, claim.id or 0, request.me.id, request.chat_id, row.id or 0, request.now)


def withdraw(session: Session, rows: list[Shown], now: datetime) -> None:
    """Empty messages that must not show the data any more; each in its reader's language."""
    for row in rows:
        person = session.get(Person, row.person_id)
        text = texts(person.locale if person else "id").t("klaim.family.withdrawn")
        outbox.enqueue(session, row.chat_id, "editMessageText",
                       {"chat_id": row.chat_id, "text": str(text), "parse_mode": "HTML"}, now,
                       target_row=row.outbox_id)
        shown.close(session, row, now)


def withdraw_claim(request: Request, claim_id: int) -> None:
    """The right to see the family of a claim has ended, for everybody who saw it."""
    withdraw(request.session, shown.open_of_claim(request.session, claim_id), request.now)


def withdraw_role(request: Request, role: Role) -> None:
    """A rep's role has ended: what they were shown for that partner is emptied."""
    if role.partner_id is not None:
        rows = shown.open_of_person(request.session, role.person_id, role.partner_id)
        withdraw(request.session, rows, request.now)
