"""Erasing a family's data: an admin says why and confirms; the clock does it when the time is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from handlers.cards import code_link
from handlers.data.buttons import Erase
from handlers.data.card import back
from handlers.data.reasons import reason_in_words
from handlers.kit import format as fmt
from handlers.kit import protected
from handlers.kit.filling import start
from handlers.kit.form import Answers, Choice, Filling, Form, Question, Takes, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request, news
from handlers.kit.texts import join
from storage import erasing, helped, houses, shown
from storage.erasing import Reason
from storage.houses import OVER, House
from storage.people import Person, RoleName
from storage.rules import DEFAULTS, Rules

_ASKED = (Reason.FAMILY, Reason.MISTAKE, Reason.EXPIRED, Reason.OTHER)
_SURE = "yes"


def forget_family(
    session: Session, house_id: int, now: datetime, *, by: int | None, reason: Reason, words: str | None = None,
    draft_id: int = 0, rules: Rules = DEFAULTS,
) -> House:
    """Erase everything about a household, here and on every screen that still shows it.

    Raises:
        Refused: a partner holds the house, or it was erased before.
    """
    house = forget_everywhere(
        session, house_id, now, by=by, reason=reason, words=words, draft_id=draft_id, rules=rules)
    forget_words(session, [house], now, by)
    return house


def forget_everywhere(session: Session, house_id: int, now: datetime, **how: Any) -> House:
    """The household's rows, and every message that still shows them; :func:`forget_words` is to follow."""
    house = erasing.erase(session, house_id, now, **how)
    protected.withdraw(session, shown.of_house_all(session, house_id), now)
    shown.forget(session, house_id, now)
    return house


def forget_words(session: Session, found: Collection[House], now: datetime, by: int | None) -> None:
    """What was written of erased families is forgotten here; whoever has pictures, documents or words of their own in
    the chat is asked once to delete them, as nobody else can."""
    numbers = [house.id or 0 for house in found]
    erasing.forget_words(session, numbers)
    having = shown.holders(session, numbers)
    codes: dict[int, list[str]] = {}
    for house in found:
        for person_id in sorted({house.surveyor_id, *having.get(house.id or 0, ())} - {by}):
            codes.setdefault(person_id, []).append(house.code)
    for person_id, theirs in codes.items():
        news(session, session.get_one(Person, person_id), "data.forget", now, codes=", ".join(theirs))


def on_erase(request: Request) -> None:
    """Say what goes and what stays, and ask why."""
    button = request.button
    assert isinstance(button, Erase)
    start(request, FORM, subject=button.house_id, fresh=True)


def _may(request: Request, subject: int) -> None:
    if not request.me.has(RoleName.ADMIN):
        raise Refusal("refuse.role")
    erasing.may(request.session, subject)


def _house(filling: Filling) -> House:
    return houses.get(filling.request.session, filling.draft.subject_id)


def _reasons(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label(f"data.reason.{one.value}"), one.value) for one in _ASKED]


def _values(filling: Filling) -> dict[str, Any]:
    house, request = _house(filling), filling.request
    after = "data.erase.stays" if house.state in OVER else "data.erase.withdraws"
    said = request.t(after, state=request.label(f"state.{house.state}"))
    kept = _fingerprints(request, "data.erase.helped", helped.until(house, request.runtime.rules, request.now))
    return {"code": code_link(request, house), "after": join([said, kept]) if kept else said}


def _fingerprints(request: Request, key: str, until: datetime | None) -> Markup | None:
    """What stays of a family that was helped, why, and until when; None where nothing stays."""
    if until is None:
        return None
    return request.t(key, date=fmt.date(until.astimezone(request.runtime.zone).date(), request.locale),
                     time=fmt.span(request.runtime.rules.aid, request.locale))


def _other(answers: Answers) -> bool:
    return answers.get("reason") == Reason.OTHER.value


def _sure(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("data.button.sure"), _SURE)]


def _sure_values(filling: Filling) -> dict[str, Any]:
    said = filling.answers.get("words") or filling.request.label(f"data.reason.{filling.answers['reason']}")
    return {"code": code_link(filling.request, _house(filling)), "reason": said}


def _finish(filling: Filling) -> None:
    request, answers = filling.request, filling.answers
    house = forget_family(
        request.session, filling.draft.subject_id, request.now, by=request.me.id, reason=Reason(answers["reason"]),
        words=answers.get("words"), draft_id=filling.draft.id or 0, rules=request.runtime.rules,
    )
    said = request.t("data.erased", code=code_link(request, house), state=request.label(f"state.{house.state}"))
    kept = _fingerprints(request, "data.erased.helped",
                         helped.kept(request.session, house.id or 0, request.runtime.rules))
    request.edit(join([said, kept]) if kept else said)


FORM = register(Form("erase", (
    Question("reason", Takes.CHOICE, choices=_reasons, values=_values, width=1, clears=("words", "sure")),
    Question("words", parse=reason_in_words, when=_other, clears=("sure",)),
    Question("sure", Takes.CHOICE, choices=_sure, values=_sure_values, width=1),
), _finish, _may, summary=False, after=lambda request, subject: back(request, houses.get(request.session, subject))))
