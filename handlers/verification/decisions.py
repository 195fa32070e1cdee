"""The three decisions as forms: approve with an estimate, return by field and with a note, refuse with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.cards import code_link, house_card
from handlers.kit import parse, protected
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import Answers, Choice, Filling, Form, Question, Takes, register
from handlers.kit.notes import note
from handlers.kit.request import Request
from handlers.kit.texts import Texts
from handlers.registration.news import tell_surveyor
from handlers.verification import hold
from handlers.verification.buttons import Open, Undo
from handlers.verification.card import decided, next_steps
from handlers.verification.walk import reach, walk_of
from storage import checklist, drafts, houses, meta, shown
from storage.errors import Stale
from storage.houses import House, HouseState

VERSION, CEILING, WALK, AGAINST, OPEN = "version", "ceiling", "walk", "against", "open"
"""Kept with the answers: the version of the house that was shown, the city's ceiling at that time (rupiah), the queue
that the verifier goes through, and the items of the checklist that speak against the house or are open."""

FORMS = ("approve", "return", "refuse")


def may(request: Request, subject: int) -> None:
    """A verifier of the kecamatan, while the house waits and nobody else holds it; each step holds it longer.

    Raises:
        Refusal: another kecamatan, somebody was faster, or has it in hand.
    """
    hold.keep(request, reach(request, subject))


def back(request: Request, subject: int) -> Rows:
    """The way back to the house."""
    house = houses.get(request.session, subject)
    return [[Press(request.label("verify.button.open", code=house.code), Open(subject))]]


def values(filling: Filling) -> dict[str, Any]:
    """The question stands under the card, so that the house stays in sight; its people do not need to."""
    house = houses.get(filling.request.session, filling.draft.subject_id)
    return {"card": house_card(filling.request, house, personal=False)}


def money(_filling: Filling, text: str) -> str:
    """An estimate, in rupiah."""
    return str(parse.money(text))


def ceiling(filling: Filling) -> list[Choice]:
    """The city's ceiling as a button."""
    most = filling.answers[CEILING]
    return [Choice(filling.request.label("verify.ceiling", money=filling.request.money(most)), str(most))]


def is_above(answers: Answers) -> bool:
    """Whether the estimate is above the ceiling: asked once more then."""
    return int(answers.get("estimate") or 0) > int(answers[CEILING])


def above_values(filling: Filling) -> dict[str, Any]:
    """Both figures."""
    figures = {"money": int(filling.answers["estimate"]), "ceiling": filling.answers[CEILING]}
    return {name: filling.request.money(amount) for name, amount in figures.items()}


def above(filling: Filling) -> list[Choice]:
    """Yes, nevertheless."""
    return [Choice(filling.request.label("verify.above.yes"), "yes")]


def _is_unchecked(answers: Answers) -> bool:
    return bool(answers.get(AGAINST) or answers.get(OPEN))


def _unchecked_values(filling: Filling) -> dict[str, Any]:
    def names(key: str) -> str:
        found = [filling.request.label(f"checklist.{item}") for item in filling.answers.get(key) or []]
        return ", ".join(found) or "–"

    return {"against": names(AGAINST), "open": names(OPEN)}


def _unchecked(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("verify.unchecked.yes"), "yes")]


def begin(request: Request, house: House, walk: str) -> Answers:
    """What a decision's draft starts with."""
    return {VERSION: house.version, CEILING: meta.house_ceiling(request.session), WALK: walk,
            **_checked(request, house.id or 0)}


def _checked(request: Request, house_id: int) -> dict[str, list[str]]:
    against, open_ = checklist.open_items(checklist.of_house(request.session, house_id))
    return {AGAINST: [item.value for item in against], OPEN: [item.value for item in open_]}


def _is_worse(filling: Filling) -> bool:
    """Whether an item of the checklist speaks against the house, or is open, that was not when it was asked about."""
    now = _checked(filling.request, filling.draft.subject_id)
    return any(set(items) - set(filling.answers.get(key) or []) for key, items in now.items())


def decide(
    filling: Filling, state: HouseState, key: str, news: str, button: Callable[[Texts], Press] | None = None, *,
    told: dict[str, Any] | None = None, **columns: Any,
) -> bool:
    """Move the house if it is as it was shown, tell the surveyor, offer to take it back, and the next one. Whether it
    was: if not, what is true now was said.

    ``told``: what the messages say besides; functions of the reader's texts where it depends on their language.
    """
    request, subject = filling.request, filling.draft.subject_id
    house, walk = houses.get(request.session, subject), walk_of(filling.answers.get(WALK) or "")
    if house.state == HouseState.REGISTERED and house.version != filling.answers[VERSION]:
        # Returned and corrected while this was being written: what was judged is not what is there.
        request.edit(request.t("verify.changed", code=code_link(request, house)), back(request, subject))
        return False
    try:
        houses.move(request.session, subject, HouseState.REGISTERED, state, request.now, by=request.me.id,
                    verifier_id=request.me.id, verified_at=request.now, taken_by=None, taken_until=None, **columns)
    except Stale:
        request.edit(decided(request, houses.get(request.session, subject)), next_steps(request, walk))
        return False
    _end_mine(filling)
    house = houses.get(request.session, subject)
    more = {"note": house.note or ""} | (told or {})
    mine = {name: value(request.texts) if callable(value) else value for name, value in more.items()}
    undo = Press(request.label("verify.button.undo"), Undo(subject, house.version, str(walk)))
    request.edit(request.t(key, code=code_link(request, house), **mine), [[undo], *next_steps(request, walk)])
    # Where the last word was typed, the family still stands above it.
    left = shown.of_house(request.session, request.me.id, subject)
    protected.withdraw(request.session, left, request.now, protected.REPLACED)
    tell_surveyor(request, house, news, button, **more)
    return True


def _end_mine(filling: Filling) -> None:
    """Other decisions that were begun about this house. Those of other verifiers stay: they are told who was faster."""
    draft = filling.draft
    for other in drafts.of_person(filling.request.session, draft.person_id):
        if other.id != draft.id and other.form in FORMS and other.subject_id == draft.subject_id:
            drafts.discard(filling.request.session, other)


def _approve(filling: Filling) -> None:
    request, subject, estimate = filling.request, filling.draft.subject_id, int(filling.answers["estimate"])
    house = houses.get(request.session, subject)
    if house.state == HouseState.REGISTERED and _is_worse(filling):
        request.edit(request.t("verify.changed", code=code_link(request, house)), back(request, subject))
        return
    decide(filling, HouseState.ELIGIBLE, "verify.approved", "verify.news.approved", estimate=estimate, note=None,
           told={"money": request.money(estimate)})


def _refuse(filling: Filling) -> None:
    decide(filling, HouseState.INELIGIBLE, "verify.refused", "verify.news.refused", note=filling.answers["note"])


def show_money(filling: Filling, value: Any) -> str:
    """The estimate as it is written."""
    return filling.request.money(int(value))


APPROVE = register(Form("approve", (
    Question("estimate", parse=money, choices=ceiling, values=values, clears=("above",), width=1, show=show_money),
    Question("above", Takes.CHOICE, choices=above, values=above_values, when=is_above, width=1),
    Question("unchecked", Takes.CHOICE, choices=_unchecked, values=_unchecked_values, when=_is_unchecked, width=1),
), _approve, may, summary=False, after=back))
REFUSE = register(Form("refuse", (Question("note", parse=note, values=values),), _refuse, may, summary=False,
                       after=back))
