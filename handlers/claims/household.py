"""The family's data: one protected message to the partner who claimed the house, emptied when the right ends."""

from __future__ import annotations

from markupsafe import Markup

from handlers.cards import maps_url
from handlers.claims.access import own_claim
from handlers.claims.buttons import Family
from handlers.kit import protected
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from storage import claims, events, households, people, regions
from storage.claims import Claim, ClaimState
from storage.houses import House


def on_family(request: Request) -> None:
    """Show the family of an own active claim."""
    button = request.button
    assert isinstance(button, Family)
    claim, house = own_claim(request, button.claim_id)
    show(request, claim, house)


def show(request: Request, claim: Claim, house: House) -> None:
    """One protected message with name, phone, address and pin; the read is recorded, its place remembered. A rep is
    told once, with the first one, that what was seen cannot be taken back.

    Raises:
        Refusal: the claim ended a moment ago.
    """
    # A release at this very moment waits until this message is written down, and then finds it.
    if claims.get(request.session, claim.id or 0, keep=True).state != ClaimState.ACTIVE:
        raise Refusal("klaim.refuse.family_over", code=house.code)
    family = households.of_house(request.session, house.id or 0)
    if family is None:
        request.say(request.t("klaim.family.erased", code=house.code))
        return
    kelurahan, kecamatan = regions.place_of(request.session, house.kelurahan_code)
    phone = households.phone_of(request.session, family)
    first = [request.t("klaim.family.once")] if people.warn(request.session, request.me.person, request.now) else []
    told = request.t(
        "klaim.family", code=house.code, name=family.head_name, address=family.address, rt=family.rt, rw=family.rw,
        kelurahan=kelurahan, kecamatan=kecamatan, url=maps_url(family.lat, family.lon),
        phone=Markup("\n") + request.t("card.phone", phone=phone) if phone else "",
    )
    protected.show(request, house, join([*first, told], "\n\n"), claim=claim)
    fields = ["head_name", *(["phone"] if phone else []), "address", "pin"]
    events.record(request.session, "read.household", request.now, actor=request.me.id, house=house.id,
                  claim=claim.id, fields=fields)


def withdraw_claim(request: Request, claim_id: int) -> None:
    """The right to see the family of a claim has ended, for everybody who saw it."""
    protected.end(request.session, claims.get(request.session, claim_id), request.now)
