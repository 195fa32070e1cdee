"""What is held about a household as a document: numbers masked, or whole for an admin who says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.data.buttons import FullPdf, Pdf
from handlers.data.card import back, reach
from handlers.data.held import Section, changes, everything
from handlers.data.reasons import reason_in_words
from handlers.kit import format as fmt
from handlers.kit.filling import start
from handlers.kit.form import Filling, Form, Question, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import events, households, houses, meta, outbox, shown
from storage.houses import House
from storage.outbox import Delivery
from storage.people import RoleName

_AGAIN = timedelta(seconds=20)
"""A second press in this time is a double tap."""


def on_pdf(request: Request) -> None:
    """The document with masked numbers."""
    button = request.button
    assert isinstance(button, Pdf)
    send(request, reach(request, button.house_id))


def on_full_pdf(request: Request) -> None:
    """Ask for the reason first."""
    button = request.button
    assert isinstance(button, FullPdf)
    start(request, FORM, subject=button.house_id, fresh=True)


def send(request: Request, house: House, reason: str | None = None) -> None:
    """Queue the document; ``reason``: why the whole numbers are needed. It is a read, and recorded as one.

    Raises:
        Refusal: the family was erased.
    """
    session, number = request.session, house.id or 0
    if households.of_house(session, number) is None:
        raise Refusal("house.erased", code=house.code)
    full, slot = reason is not None, f"pdf:{number}"
    if not full and outbox.recent(session, request.chat_id, slot, request.now - _AGAIN):
        request.toast(request.label("data.pdf.sent"))
        return
    sections = [*everything(request, house, full=full), changes(request, house, full=full)]
    row = request.document(
        _document(request, house, sections, full), f"data-{house.code}.pdf",
        request.t("data.pdf.caption.full" if full else "data.pdf.caption", code=house.code), slot=slot,
        delivery=Delivery.AT_MOST_ONCE,
    )
    # For the family itself, to be printed: it is not emptied later, but not sent any more once the family is erased.
    shown.close(session, shown.note(session, number, request.me.id, row.chat_id, row.id or 0, request.now), request.now)
    events.record(session, "data.export", request.now, actor=request.me.id, house=number, full=full, reason=reason)
    request.toast(request.label("data.pdf.sent"))


def _document(request: Request, house: House, sections: list[Section], full: bool) -> dict[str, Any]:
    moment = fmt.date_time(request.now, request.runtime.zone, request.runtime.zone_label, request.locale)
    city = meta.get(request.session, "city_name") or ""
    return {
        "title": request.label("data.pdf.title", code=house.code),
        "subtitle": request.label("data.pdf.full" if full else "data.pdf.masked", city=city),
        "sections": [{"heading": one.heading, "rows": [[line.label, line.value] for line in one.lines]}
                     for one in sections if one.lines],
        "footer": request.label("data.pdf.footer", at=moment, name=request.me.person.name, city=city),
        "page": request.label("data.pdf.page", page="{page}", pages="{pages}"),
    }


def _may(request: Request, subject: int) -> None:
    if not request.me.has(RoleName.ADMIN):
        raise Refusal("refuse.role")
    house = houses.get(request.session, subject)
    if households.of_house(request.session, subject) is None:
        raise Refusal("house.erased", code=house.code)


def _values(filling: Filling) -> dict[str, Any]:
    return {"code": houses.get(filling.request.session, filling.draft.subject_id).code}


def _finish(filling: Filling) -> None:
    request, house = filling.request, houses.get(filling.request.session, filling.draft.subject_id)
    send(request, house, filling.answers["reason"])
    request.edit(request.t("data.pdf.coming", code=house.code), back(request, house))


FORM = register(Form("full_data", (
    Question("reason", parse=reason_in_words, values=_values),
), _finish, _may, summary=False, after=lambda request, subject: back(request, houses.get(request.session, subject))))
