"""The verifier's second queue: work that a partner says is done, confirmed or sent back with a note."""

from __future__ import annotations

from typing import Any

from handlers.claims import told
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.filling import start
from handlers.kit.form import Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimCard, Confirm, Inspect, NotYet, Queue
from handlers.progress.card import claim_card, show_press
from handlers.progress.inspected import doubts, show_proof
from handlers.registration.news import tell_surveyor
from handlers.verification.buttons import Menu
from handlers.verification.queues import QUEUES
from handlers.verification.queues import Queue as VerifierQueue
from storage import claims, houses, partners, progress
from storage.claims import Claim, ClaimState
from storage.errors import Refused
from storage.houses import House
from storage.people import RoleName


def inspectable(request: Request, claim_id: int) -> tuple[Claim, House]:
    """A claim in the verifier's area.

    Raises:
        Refusal: ``progres.refuse.area``.
    """
    claim = claims.get(request.session, claim_id)
    house = houses.get(request.session, claim.house_id)
    covers = request.me.covers(RoleName.VERIFIER, house.kecamatan_code)
    if not covers and not request.me.has(RoleName.ADMIN):
        raise Refusal("progres.refuse.area")
    return claim, house


def _decidable(request: Request, claim_id: int) -> tuple[Claim, House]:
    """A claim that this person may judge: of their area, and not of a partner whose rep they are themselves.

    Raises:
        Refusal: ``progres.refuse.area``, ``progres.refuse.own``.
    """
    claim, house = inspectable(request, claim_id)
    if claim.partner_id in request.me.partners:
        raise Refusal("progres.refuse.own", code=house.code)
    return claim, house


def finished_work(request: Request) -> VerifierQueue:
    """The second queue of /verifikasi."""
    count = progress.count_waiting(request.session, _areas(request), but=request.me.partners)
    return VerifierQueue(count, request.label("progres.queue", count=count), Queue(0))


QUEUES.append(finished_work)


def _areas(request: Request) -> list[str] | None:
    """The kecamatan that this person looks after; None for the whole city, as for an admin."""
    return request.me.kecamatan(RoleName.VERIFIER) if request.me.has(RoleName.VERIFIER) else None


def show_next(request: Request, after: int = 0) -> bool:
    """Show the finished work that has waited longest, behind the claim ``after``; False when there is none."""
    found = progress.waiting_for_confirmation(request.session, _areas(request), after=after, limit=1,
                                              but=request.me.partners)
    if not found:
        return False
    _show(request, *found[0])
    return True


def on_queue(request: Request) -> None:
    """The next one."""
    button = request.button
    assert isinstance(button, Queue)
    if not show_next(request, button.after):
        request.edit(request.t("progres.queue_empty"), _menu(request))


def on_inspect(request: Request) -> None:
    """One finished work, from the news of it."""
    button = request.button
    assert isinstance(button, Inspect)
    claim, house = inspectable(request, button.claim_id)
    if claim.state != ClaimState.ACTIVE or claim.finish_reported_at is None:
        _settled(request, claim, house)
        return
    _show(request, claim, house)


def _settled(request: Request, claim: Claim, house: House) -> None:
    """An old button: the card as it is now, with the way on."""
    request.toast(request.label("progres.settled"))
    request.edit(claim_card(request, claim, house), _on(request, claim))


def _on(request: Request, claim: Claim) -> Rows:
    pages = show_press(request, claim) if claim.state == ClaimState.HANDED_OVER else []
    following = Press(request.label("progres.button.next"), Queue(claim.id or 0))
    return [*grid(pages), [following], *_menu(request)]


def _menu(request: Request) -> Rows:
    return [[Press(request.label("verify.button.menu"), Menu())]] if request.me.has(RoleName.VERIFIER) else []


def _show(request: Request, claim: Claim, house: House) -> None:
    """The card with what is doubtful and the decision below, then the house before and after, view by view."""
    number = claim.id or 0
    decide: Rows = [
        [Press(request.label("progres.button.confirm"), Confirm(number, claim.version))],
        [Press(request.label("progres.button.not_yet"), NotYet(number, claim.version))],
    ]
    own = claim.partner_id in request.me.partners
    text = join([claim_card(request, claim, house), *doubts(request, claim)])
    if own:
        text, decide = join([text, request.t("progres.refuse.own", code=house.code)], "\n\n"), []
    request.say(text, [*decide, *_on(request, claim)])
    show_proof(request, claim, house)


def _as_shown(request: Request, button: Confirm | NotYet) -> House | None:
    """The house of a claim that still waits as it was shown; an old button is answered with the card of now."""
    claim, house = _decidable(request, button.claim_id)
    if claim.version == button.version and claim.finish_reported_at is not None:
        return house
    _settled(request, claim, house)
    return None


def on_confirm(request: Request) -> None:
    """The work is done: it counts as finished from now on."""
    button = request.button
    assert isinstance(button, Confirm)
    house = _as_shown(request, button)
    if house is None:
        return
    progress.confirm(request.session, button.claim_id, request.now, by=request.me.id, rules=request.runtime.rules)
    claim, house = claims.get(request.session, button.claim_id), houses.get(request.session, house.id or 0)
    name = partners.get(request.session, claim.partner_id).name
    told.tell(request, told.reps_of(request, claim.partner_id), "progres.told.confirmed",
              lambda theirs: Press(theirs.label("progres.button.card"), ClaimCard(button.claim_id)), code=house.code)
    tell_surveyor(request, house, "kabar.finished", name=name)
    request.edit(join([request.t("progres.confirmed"), claim_card(request, claim, house)], "\n\n"),
                 _on(request, claim))


def on_not_yet(request: Request) -> None:
    """Ask what is missing."""
    button = request.button
    assert isinstance(button, NotYet)
    if _as_shown(request, button) is not None:
        start(request, FORM, subject=button.claim_id)


def _may(request: Request, claim_id: int) -> None:
    claim, house = _decidable(request, claim_id)
    if claim.state != ClaimState.ACTIVE or claim.finish_reported_at is None:
        raise Refused("progress.not_reported", code=house.code)


def _values(filling: Filling) -> dict[str, Any]:
    return {"code": inspectable(filling.request, filling.draft.subject_id)[1].code}


def _finish(filling: Filling) -> None:
    request, claim_id, said = filling.request, filling.draft.subject_id, filling.answers["note"]
    progress.send_back(request.session, claim_id, said, request.now, by=request.me.id, rules=request.runtime.rules)
    claim, house = inspectable(request, claim_id)
    told.tell(request, told.reps_of(request, claim.partner_id), "progres.told.sent_back",
              lambda theirs: Press(theirs.label("progres.button.card"), ClaimCard(claim_id)),
              code=house.code, note=said)
    request.edit(request.t("progres.sent_back", code=house.code, note=said), _on(request, claim))


def _after(request: Request, claim_id: int) -> Rows:
    return [[Press(request.label("progres.button.inspect"), Inspect(claim_id))]]


FORM = register(Form("send_back", (
    Question("note", parse=note, values=_values),
), _finish, _may, summary=False, after=_after))
