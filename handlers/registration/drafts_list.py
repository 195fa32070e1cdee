"""/draf: the forms that somebody left open, with the way back into each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.endpoint import command, press
from handlers.kit.form import AGAIN, FORMS, Answers, Cancel, Form, Resume
from handlers.kit.pages import turn
from handlers.kit.policy import members
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration.buttons import Another, MyDrafts
from storage import drafts, mine
from storage.drafts import Draft
from storage.erasing import OF_CLAIMS
from storage.people import RoleName

PAGE = 8
OF_A_HOUSE = frozenset({"house", "photo", "approve", "return", "refuse", "check_note", "erase", "full_data"})
"""Forms whose subject is a house. Those about a claim are known where a family's data is erased; the others are about
something else."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def on_drafts(request: Request) -> None:
    """The command."""
    request.say(*_list(request, None))


def on_page(request: Request) -> None:
    """Older ones, or the beginning again."""
    button = request.button
    assert isinstance(button, MyDrafts)
    # No draft is from before 1970 or after the year 9999; such a number would be made up.
    micros = min(max(button.micros, 0), 253_402_300_799_000_000)
    request.edit(*_list(request, (_EPOCH + timedelta(microseconds=micros), button.after) if micros else None))


def _list(request: Request, before: tuple[datetime, int] | None) -> tuple[Markup, Rows | None]:
    found = mine.open_drafts(request.session, request.me.id, list(FORMS), before=before, limit=PAGE + 1)
    if not found:
        return _none(request, before is not None)
    page = found[:PAGE]
    codes = _codes(request, page)
    lines: list[Markup] = []
    rows: Rows = []
    for number, draft in enumerate(page, 1):
        lines.append(_line(request, number, draft, codes))
        key = draft.id or 0
        rows.append([Press(f"{number}. {request.label('form.button.resume')}", Resume(key)),
                     Press(f"{number}. {request.label('form.button.delete')}", Cancel(key, 0))])
    last = page[-1]
    more = MyDrafts((last.touched_at - _EPOCH) // timedelta(microseconds=1), last.id or 0)
    rows += turn(request, MyDrafts(0, 0) if before is not None else None, more if len(found) > PAGE else None)
    return join([request.t("draf.title"), *lines, request.t("draf.kept", days=drafts.LIVES_DAYS)], "\n\n"), rows


def _none(request: Request, paged: bool) -> tuple[Markup, Rows | None]:
    """Nothing is open; the next step of whoever registers houses is at hand."""
    rows = turn(request, MyDrafts(0, 0) if paged else None, None)
    if request.me.has(RoleName.SURVEYOR, RoleName.ADMIN):
        rows.append([Press(request.label("rumahku.button.register"), Another())])
        return request.t("draf.none"), rows
    return join([request.t("draf.none"), request.t("draf.none.help")]), rows or None


def _codes(request: Request, page: list[Draft]) -> dict[int, str]:
    """draft id → the code of the house that it is about."""
    claims = {draft.id or 0: draft.subject_id for draft in page if draft.form in OF_CLAIMS}
    houses = {draft.id or 0: draft.subject_id for draft in page
              if draft.subject_id and draft.form in OF_A_HOUSE}
    of_claims = mine.codes_of_claims(request.session, set(claims.values()))
    of_houses = mine.codes_of_houses(request.session, set(houses.values()))
    return {key: of_claims[number] for key, number in claims.items() if number in of_claims} \
        | {key: of_houses[number] for key, number in houses.items() if number in of_houses}


def _line(request: Request, number: int, draft: Draft, codes: dict[int, str]) -> Markup:
    """What it is about and how far it is; of the answers only how many there are."""
    form = FORMS[draft.form]
    about = codes.get(draft.id or 0) or (request.label("draf.new_house") if form.name == "house" else "")
    done, total = _progress(form, drafts.read(request.session, draft))
    touched = fmt.date_time(draft.touched_at, request.runtime.zone, request.runtime.zone_label, request.locale)
    return request.t("draf.line", number=number, title=request.label(f"form.{form.name}.title"),
                     about=f" · {about}" if about else "", done=done, total=total, touched=touched)


def _progress(form: Form, answers: Answers) -> tuple[int, int]:
    """How many of the questions that apply are answered."""
    order, again = form.applicable(answers), answers.get(AGAIN, [])
    done = [one for one in order if one.key in answers and one.key not in again and not one.open(answers)]
    return len(done), len(order)


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["draf", "drafts"], on_drafts, allow=members()),
    press(MyDrafts, on_page, allow=members()),
]
