"""One verifier at a time works on a house; the others are told who, and until when."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.kit import format as fmt
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import holding, houses
from storage.houses import House, HouseState
from storage.people import Person


def take(request: Request, house: House) -> bool:
    """Hold it, or renew the hold; False when somebody else has it, or it does not wait any more. ``house`` is then as
    the others have left it."""
    until = request.now + request.runtime.rules.hold
    if holding.take(request.session, house.id or 0, request.me.id, request.now, until):
        return True
    houses.get(request.session, house.id or 0)
    return False


def keep(request: Request, house: House) -> House:
    """Renew the hold for one more step; the house.

    Raises:
        Refusal: somebody else has it now, or decided it.
    """
    if take(request, house):
        return house
    raise refusal(request, house) if house.state == HouseState.REGISTERED else faster(request, house)


def faster(request: Request, house: House) -> Refusal:
    """Who was faster, and what is true now; nothing about the family."""
    verifier = request.session.get(Person, house.verifier_id) if house.verifier_id else None
    state = request.label(f"state.{house.state}")
    if verifier is None or verifier.id == request.me.id:
        return Refusal("verify.decided", code=house.code, state=state)
    return Refusal("verify.decided_by", code=house.code, state=state, name=verifier.name)


def held(request: Request, house: House) -> Markup | None:
    """Who else works on it; None when nobody does."""
    if house.state != HouseState.REGISTERED or holding.is_free(house, request.me.id, request.now):
        return None
    said = refusal(request, house)
    return request.t(said.key, **said.values)


def refusal(request: Request, house: House) -> Refusal:
    """The same, as an answer to a press."""
    holder = request.session.get(Person, house.taken_by) if house.taken_by else None
    until = house.taken_until or request.now
    # One that came back corrected waits longer than one that is being looked at.
    waits = until - request.now > request.runtime.rules.hold
    return Refusal("verify.waits_for" if waits else "verify.held", code=house.code,
                   name=holder.name if holder is not None else "–", time=_clock(request, until))


def _clock(request: Request, moment: datetime) -> str:
    """``10.15 WIB``; with the day when it is another one."""
    zone = request.runtime.zone
    shown = fmt.date_time(moment, zone, request.runtime.zone_label, request.locale)
    day = moment.astimezone(zone).date()
    return shown.removeprefix(fmt.date(day, request.locale)).strip() if day == request.today else shown
