"""The card of a house: what everybody may see of it, and the part that only some may."""

from __future__ import annotations

from markupsafe import Markup, escape

from handlers.kit import format as fmt
from handlers.kit import protected
from handlers.kit.buttons import Rows
from handlers.kit.request import Request
from handlers.kit.texts import Texts, join
from handlers.people.links import house_url
from storage import events, households, photos
from storage.houses import House, HouseState
from storage.outbox import Outbox
from storage.people import RoleName
from storage.regions import Kecamatan, Kelurahan

_STAFF = (RoleName.ADMIN, RoleName.VERIFIER, RoleName.SURVEYOR)
_NOTED = (HouseState.RETURNED, HouseState.INELIGIBLE)


def house_card(request: Request, house: House, *, personal: bool) -> Markup:
    """The card as HTML. ``personal`` adds name, masked NIK, address and pin: use :func:`show_personal` to send it,
    which also records the read."""
    lines = [
        request.t("card.head", code=code_link(request, house), state=request.label(f"state.{house.state}")),
        request.t("card.place", place=place_of(request, house)),
    ]
    if personal:
        lines += _personal(request, house)
    lines += [
        request.t("card.condition", **{part: condition(request.texts, getattr(house, part))
                                       for part in ("roof", "floor", "wall")}),
        request.t("card.size", n=house.occupants, area=fmt.area(house.area_m2, request.locale)),
        priority_line(request, house),
    ]
    if house.estimate is not None:
        lines.append(request.t("card.estimate", money=request.money(house.estimate)))
    lines.append(request.t("card.photos", n=photos.count_of_house(request.session, house.id or 0)))
    if house.note and house.state in _NOTED and not _only_partner(request):
        lines.append(request.t("card.note", note=house.note))
    return join(lines)


def _only_partner(request: Request) -> bool:
    return request.member is None or not request.member.has(*_STAFF)


def _personal(request: Request, house: House) -> list[Markup]:
    family = households.of_house(request.session, house.id or 0)
    if family is None:
        return [request.t("card.erased")]
    nik = fmt.mask_nik(households.nik_of(request.session, family))
    return [
        request.t("card.family", name=family.head_name, nik=nik),
        request.t("card.address", address=family.address, rt=family.rt, rw=family.rw),
        request.t("card.pin", url=maps_url(family.lat, family.lon)),
    ]


def show_personal(
    request: Request, house: House, buttons: Rows | None = None, *, below: Markup | None = None
) -> Outbox:
    """Send the card with personal data: one protected message, the read recorded (decision 13)."""
    text = house_card(request, house, personal=True)
    row = protected.show(request, house, join([text, below], "\n\n") if below else text, buttons)
    events.record(request.session, "read.household", request.now, actor=request.me.id, house=house.id, shown=row.id)
    return row


def code_link(request: Request, house: House) -> Markup:
    """The code, leading to the card."""
    url = house_url(request.runtime.bot_username, house.code)
    return Markup('<a href="{}">{}</a>').format(url, house.code)


def place_of(request: Request, house: House) -> str:
    """``Benda Baru, Pamulang``: kelurahan and kecamatan."""
    village = request.session.get(Kelurahan, house.kelurahan_code)
    district = request.session.get(Kecamatan, house.kecamatan_code)
    return ", ".join(one.name for one in (village, district) if one is not None)


def condition(texts: Texts, rank: int) -> str:
    """``4 Rusak berat``."""
    return texts.label(f"condition.{rank}")


def priority_line(request: Request, house: House) -> Markup:
    """Why the house stands where it stands on the waiting list, in one line."""
    line = request.t("card.priority", priority=house.priority, roof=house.roof, floor=house.floor, wall=house.wall,
                     n=house.occupants)
    crowded = house.area_m2 < request.runtime.rules.area_per_person * house.occupants
    return line + (request.t("card.crowded") if crowded else escape(""))


def maps_url(lat: float, lon: float) -> str:
    """Opens the place in whatever map the reader uses."""
    return f"https://www.google.com/maps/search/?api=1&query={lat:.6f},{lon:.6f}"
