"""The three decisions as forms: approve with an estimate, return with a note, refuse with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.cards import code_link, house_card
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import Answers, Choice, Filling, Form, Question, Takes, register
from handlers.kit.notes import note
from handlers.kit.request import Request
from handlers.kit.texts import Texts
from handlers.registration.buttons import Fix, Mine
from handlers.verification.buttons import Open
from handlers.verification.card import decided, faster, next_steps, reach
from storage import drafts, houses, meta, people
from storage.errors import Stale
from storage.houses import House, HouseState
from storage.people import Person

VERSION, CEILING = "version", "ceiling"
"""Kept with the answers: the version of the house that was shown, and the city's ceiling at that time (rupiah)."""


def may(request: Request, subject: int) -> None:
    """A verifier of the kecamatan, while the house waits.

    Raises:
        Refusal: another kecamatan, or somebody was faster.
    """
    house = reach(request, subject)
    if house.state != HouseState.REGISTERED:
        raise faster(request, house)


def _back(request: Request, subject: int) -> Rows:
    house = houses.get(request.session, subject)
    return [[Press(request.label("verify.button.open", code=house.code), Open(subject))]]


def _values(filling: Filling) -> dict[str, Any]:
    """The question stands under the card, so that the house stays in sight; its people do not need to."""
    house = houses.get(filling.request.session, filling.draft.subject_id)
    return {"card": house_card(filling.request, house, personal=False)}


def _money(_filling: Filling, text: str) -> str:
    return str(parse.money(text))


def _ceiling(filling: Filling) -> list[Choice]:
    ceiling = filling.answers[CEILING]
    return [Choice(filling.request.label("verify.ceiling", money=filling.request.money(ceiling)), str(ceiling))]


def _is_above(answers: Answers) -> bool:
    return int(answers.get("estimate") or 0) > int(answers[CEILING])


def _above_values(filling: Filling) -> dict[str, Any]:
    figures = {"money": int(filling.answers["estimate"]), "ceiling": filling.answers[CEILING]}
    return {name: filling.request.money(amount) for name, amount in figures.items()}


def _above(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("verify.above.yes"), "yes")]


def begin(request: Request, house: House) -> Answers:
    """What a decision's draft starts with."""
    return {VERSION: house.version, CEILING: meta.house_ceiling(request.session)}


def _decide(
    filling: Filling, state: HouseState, key: str, news: str, button: Callable[[Texts], Press] | None = None,
    **values: Any,
) -> None:
    """Move the house if it is as it was shown, tell the surveyor, offer the next one."""
    request, subject = filling.request, filling.draft.subject_id
    house = houses.get(request.session, subject)
    if house.state == HouseState.REGISTERED and house.version != filling.answers[VERSION]:
        # Returned and corrected while this was being written: what was judged is not what is there.
        request.edit(request.t("verify.changed", code=code_link(request, house)), _back(request, subject))
        return
    try:
        houses.move(request.session, subject, HouseState.REGISTERED, state, request.now, by=request.me.id,
                    verifier_id=request.me.id, verified_at=request.now, **values)
    except Stale:
        request.edit(decided(request, houses.get(request.session, subject)), next_steps(request, subject))
        return
    _end_mine(filling)
    house = houses.get(request.session, subject)
    request.edit(request.t(key, code=code_link(request, house), **_told(request, house)), next_steps(request, 0))
    _tell_surveyor(request, house, news, button or _open_mine(house))


def _end_mine(filling: Filling) -> None:
    """Other decisions that were begun about this house. Those of other verifiers stay: they are told who was faster."""
    draft, names = filling.draft, (APPROVE.name, RETURN.name, REFUSE.name)
    for other in drafts.of_person(filling.request.session, draft.person_id):
        if other.id != draft.id and other.form in names and other.subject_id == draft.subject_id:
            drafts.discard(filling.request.session, other)


def _tell_surveyor(request: Request, house: House, key: str, button: Callable[[Texts], Press]) -> None:
    """Whoever registered the house hears of it, unless they decided themselves or have no role any more."""
    person = request.session.get(Person, house.surveyor_id)
    if person is not None and person.id != request.me.id and people.roles_of(request.session, house.surveyor_id):
        request.tell(person, key, lambda theirs: [[button(theirs)]], code=code_link(request, house),
                     note=house.note or "")


def _told(request: Request, house: House) -> dict[str, Any]:
    return {"money": request.money(house.estimate or 0), "note": house.note or ""}


def _open_mine(house: House) -> Callable[[Texts], Press]:
    def make(texts: Texts) -> Press:
        return Press(texts.label("verify.button.open", code=house.code), Mine(house.id or 0))

    return make


def _approve(filling: Filling) -> None:
    _decide(filling, HouseState.ELIGIBLE, "verify.approved", "verify.news.approved",
            estimate=int(filling.answers["estimate"]), note=None)


def _return(filling: Filling) -> None:
    subject = filling.draft.subject_id
    _decide(filling, HouseState.RETURNED, "verify.returned", "verify.news.returned",
            lambda texts: Press(texts.label("house.button.fix"), Fix(subject)), note=filling.answers["note"])


def _refuse(filling: Filling) -> None:
    _decide(filling, HouseState.INELIGIBLE, "verify.refused", "verify.news.refused", note=filling.answers["note"])


APPROVE = register(Form("approve", (
    Question("estimate", parse=_money, choices=_ceiling, values=_values, clears=("above",), width=1,
             show=lambda filling, value: filling.request.money(int(value))),
    Question("above", Takes.CHOICE, choices=_above, values=_above_values, when=_is_above, width=1),
), _approve, may, summary=False, after=_back))
RETURN = register(Form("return", (Question("note", parse=note, values=_values),), _return, may, summary=False,
                       after=_back))
REFUSE = register(Form("refuse", (Question("note", parse=note, values=_values),), _refuse, may, summary=False,
                       after=_back))
