"""The card of a house: what everybody may see of it, and the part that only some may."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from markupsafe import Markup

from handlers.kit import format as fmt
from handlers.kit import protected
from handlers.kit.buttons import Rows
from handlers.kit.request import Request
from handlers.kit.texts import Texts, join
from handlers.people.links import house_url
from storage import assessments, events, households, houses, photos, regions
from storage.assessments import Assessment, Finding
from storage.households import Household
from storage.houses import House, HouseState
from storage.outbox import Outbox

_NOTED = (HouseState.RETURNED, HouseState.INELIGIBLE)
_UNDECIDED = (HouseState.REGISTERED, HouseState.RETURNED)


def house_card(request: Request, house: House, *, personal: bool) -> Markup:
    """The card as HTML. ``personal`` adds the family and the pin: use :func:`show_personal` to send it, which also
    records the read."""
    found = _assessed(request, house)
    lines = [
        request.t("card.head", code=code_link(request, house), state=request.label(f"state.{house.state}")),
        request.t("card.place", place=place_of(request, house)),
    ]
    shared = request.session.get(House, house.shares_with_id) if house.shares_with_id else None
    if shared is not None:
        lines.append(request.t("card.shares", code=code_link(request, shared)))
    if personal:
        lines += _personal(request, house)
    lines += [*assessment_lines(request, house, found), priority_line(request, house, found)]
    if house.estimate is not None:
        lines.append(request.t("card.estimate", money=request.money(house.estimate)))
    lines.append(request.t("card.photos", n=photos.count_of_house(request.session, house.id or 0)))
    if personal and house.note and house.state in _NOTED:  # what a verifier writes may name the family
        lines.append(request.t("card.note", note=house.note))
    return join(lines)


def _assessed(request: Request, house: House) -> Assessment:
    """Its further assessment, an empty one while nothing of it was looked at: read once for all lines."""
    return assessments.of_house(request.session, house.id or 0) or Assessment(house_id=house.id or 0)


def _personal(request: Request, house: House) -> list[Markup]:
    family = households.of_house(request.session, house.id or 0)
    if family is None:
        return [request.t("card.erased")]
    nik = households.nik_of(request.session, family)
    card = households.family_card_of(request.session, family)
    phone = households.phone_of(request.session, family)
    return [
        request.t("card.family", name=family.head_name, nik=fmt.mask_nik(nik)),
        *([request.t("card.family_card", number=fmt.mask_nik(card))] if card else []),
        *([request.t("card.phone", phone=phone)] if phone else []),
        request.t("card.address", address=family.address, rt=family.rt, rw=family.rw),
        request.t("card.pin", url=maps_url(family.lat, family.lon)),
        *_told_of_family(request, family),
    ]


def _told_of_family(request: Request, family: Household) -> list[Markup]:
    """Counts, land and earlier aid: what was asked so far."""
    counts = [request.t(f"card.{name}", n=number) for name in ("families", "elderly", "disabled")
              if (number := getattr(family, name)) is not None]
    land: list[str] = [request.label(f"land_proof.{family.land_proof}")] if family.land_proof else []
    if family.land_m2 is not None:
        most = request.runtime.rules.land_most
        over = request.label("card.land.over", most=fmt.area(most, request.locale)) if family.land_m2 > most else ""
        land.append(fmt.area(family.land_m2, request.locale) + over)
    lines = [join(counts, " · ")] if counts else []
    if land:
        lines.append(request.t("card.land", land=join(land, ", ")))
    if family.prior_aid is not None:
        lines.append(request.t("card.aid", year=family.prior_aid) if family.prior_aid else request.t("card.aid.never"))
    return lines


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
    return ", ".join(regions.place_of(request.session, house.kelurahan_code))


def condition(texts: Texts, rank: int) -> str:
    """``4 Rusak berat``."""
    return texts.label(f"condition.{rank}")


def assessment_lines(request: Request, house: House, found: Assessment | None = None) -> list[Markup]:
    """What the figures say of the house, with the reasons: structure, health, materials, area, and all in all.

    ``found``: its further assessment, when it was read already. It holds nothing about the family.
    """
    found = found or _assessed(request, house)
    judged = assessments.judge(house, found, request.runtime.rules.area_per_person)
    ranks = assessments.ranks(house, found)
    parts = {"a": judged.structure, "b": judged.health, "c": judged.materials}
    if not judged.structure.known and not judged.health.known:
        lines = [request.t("card.ab.unseen")]
    else:
        lines = [request.t(f"card.{letter}", verdict=_verdict(request, parts[letter], ranks)) for letter in "ab"]
    if found.septic_m is not None:
        lines.append(request.t("card.well", metres=fmt.number(found.septic_m, request.locale)))
    built = {
        "roof": _built(request, house.roof, found.roof_material and f"roof_material.{found.roof_material}"),
        "floor": _built(request, house.floor, found.floor_material and f"floor_material.{found.floor_material}"),
        "wall": _built(request, house.wall, found.wall_material and f"wall_material.{found.wall_material}"),
    }
    why = [letter.upper() for letter, part in parts.items() if part.unfit]
    why += [request.label("card.judged.area")] if judged.crowded else []
    if judged.unfit:
        all_in_all = request.t("card.judged.unfit", why=", ".join(why))
    else:
        known = all(part.unfit is not None for part in parts.values())
        all_in_all = request.t("card.judged.fit" if known else "card.judged.open")
    advice = request.t("card.judged.advice") if house.state in _UNDECIDED else Markup()
    return [
        *lines, request.t("card.c", verdict=_word(request, judged.materials), **built),
        request.t("card.size", n=house.occupants, area=fmt.area(house.area_m2, request.locale))
        + _each(request, house, judged.crowded), all_in_all + advice,
    ]


def _verdict(request: Request, part: Finding, ranks: dict[str, int]) -> Markup:
    """``tidak layak – kolom, rangka atap rusak berat (4 dari 5 diperiksa)``."""
    if not part.known:
        return request.t("card.unseen")
    bad: list[Markup] = []
    for rank, key in ((4, "card.heavy"), (5, "card.missing")):
        names = [request.label(f"form.house.{name}.label").lower() for name in part.bad if ranks[name] == rank]
        bad += [request.t(key, parts=", ".join(names))] if names else []
    words = join([_word(request, part), *([join(bad, "; ")] if bad else [])], " – ")
    seen = request.t("card.seen", known=part.known, total=part.total) if part.known < part.total else Markup()
    return words + seen


def _word(request: Request, part: Finding) -> Markup:
    if part.unfit is None:
        return request.t("card.open")
    return request.t("card.unfit" if part.unfit else "card.fit")


def _built(request: Request, rank: int, material: str | None) -> str:
    """``4 Rusak berat (Seng)``. ``material``: the key of its name."""
    shown = condition(request.texts, rank)
    return f"{shown} ({request.label(material)})" if material else shown


def _each(request: Request, house: House, crowded: bool) -> Markup:
    """Rounded down, so that what is a little too small does not look large enough."""
    each = (Decimal(str(house.area_m2)) / house.occupants).quantize(Decimal("0.1"), ROUND_FLOOR)
    least = fmt.area(request.runtime.rules.area_per_person, request.locale)
    return request.t("card.each.small" if crowded else "card.each", each=fmt.area(each, request.locale), least=least)


def priority_line(request: Request, house: House, found: Assessment | None = None) -> Markup:
    """Why the house stands where it stands on the waiting list, in one line whose parts add up.

    The family's part is what remains, so that the line says the same to everybody, tells nothing of anybody's health,
    and is right also when the family was erased or a rule of the city has changed since.
    """
    found = found or _assessed(request, house)
    damage = assessments.damage_of(house, found)
    family, crowded = house.priority - damage, Markup()
    if (house.area_m2 < request.runtime.rules.area_per_person * house.occupants
            and family >= houses.CROWDED + min(house.occupants, houses.MOST_COUNTED)):
        family -= houses.CROWDED
        crowded = request.t("card.crowded", crowded=houses.CROWDED)
    return request.t("card.priority", priority=house.priority, damage=damage, family=family) + crowded


def maps_url(lat: float, lon: float) -> str:
    """Opens the place in whatever map the reader uses."""
    return f"https://www.google.com/maps/search/?api=1&query={lat:.6f},{lon:.6f}"
