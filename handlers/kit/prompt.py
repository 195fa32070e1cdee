"""What a form shows: a question with its step, its buttons and a way back; the summary; the list to edit."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.kit import protected
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.endpoint import explain
from handlers.kit.form import Back, Cancel, Drop, Edit, Filling, Form, Page, Pick, Question, Save, Skip, Takes
from handlers.kit.refusal import Refusal
from handlers.kit.request import PROMPT, Request
from handlers.kit.texts import join
from storage.errors import Refused
from storage.outbox import Delivery

MOST_CHOICES = 60
"""So many are shown at once; more of them in pages."""

_A_PAGE = 40


def echo(form: Form, filling: Filling, question: Question, value: Any) -> Markup:
    """``✓ Nama: …`` — the answer as it was understood."""
    label = filling.request.label(f"form.{form.name}.{question.key}.label")
    return filling.request.t("form.echo", label=label, value=shown(filling, question, value))


def shown(filling: Filling, question: Question, value: Any) -> str | Markup:
    """A value as people read it."""
    if value is None:
        return filling.request.label("form.skipped")
    if question.choices is not None:
        for choice in question.choices(filling):
            if choice.value == value:
                return choice.label
    return question.show(filling, value) if question.show else str(value)


def ask(
    form: Form, filling: Filling, question: Question, above: list[Markup], below: Rows | None = None, *, page: int = 0
) -> None:
    """One question with a page of its choices. A press edits its own card into the next question; a typed answer
    gets a new message."""
    request = filling.request
    order = form.applicable(filling.answers)
    step = order.index(question) + 1 if question in order else len(order)
    values = question.values(filling) if question.values else {}
    asked = request.t(f"form.{form.name}.{question.key}", **values)
    counted = request.t("form.step", step=step, total=len(order), question=asked) if len(order) > 1 else asked
    if filling.answers.get(question.key) is not None:
        counted = join([counted, request.t("form.now", value=shown(filling, question, filling.answers[question.key]))])
    _show(form, filling, join([*above, counted], "\n\n"), [*_buttons(form, filling, question, page), *(below or [])])


def ask_again(form: Form, filling: Filling, question: Question, refusal: Refusal | Refused) -> None:
    """What was wrong, and the question with its buttons again; the draft is as it was."""
    key, values = explain(filling.request, refusal)
    ask(form, filling, question, [filling.request.t(key, **values)])


def show_summary(form: Form, filling: Filling, above: list[Markup], below: Rows | None = None) -> None:
    """All answers, each on a line, to save or change."""
    request, draft = filling.request, filling.draft
    title = request.t("form.summary", title=request.label(f"form.{form.name}.title"))
    lines = [_line(form, filling, one) for one in form.applicable(filling.answers) if one.key in filling.answers]
    intro = form.intro(request, draft.subject_id) if form.intro else []
    text = join([*intro, *above, title, join(lines), request.t("form.summary.ask")], "\n\n")
    number = draft.id or 0
    _show(form, filling, text, [
        [Press(request.label("form.button.save"), Save(number, draft.version))],
        [Press(request.label("form.button.edit"), Edit(number, "-")),
         Press(request.label("form.button.cancel"), Cancel(number, 0))],
        *(below or []),
    ])


def show_edit_list(form: Form, filling: Filling) -> None:
    """The answers as buttons: which one is to change?"""
    request, number = filling.request, filling.draft.id or 0
    presses = [Press(request.label(f"form.{form.name}.{one.key}.label"), Edit(number, one.key))
               for one in form.applicable(filling.answers) if one.key in filling.answers and one.key != form.first]
    rows: Rows = [*grid(presses), [Press(request.label("form.button.back"), Back(number, "-"))]]
    intro = form.intro(request, filling.draft.subject_id) if form.intro else []
    _show(form, filling, join([*intro, request.t("form.edit.which")], "\n\n"), rows)


def _line(form: Form, filling: Filling, question: Question) -> Markup:
    value = shown(filling, question, filling.answers[question.key])
    return filling.request.t("form.line", label=filling.request.label(f"form.{form.name}.{question.key}.label"),
                             value=value)


def _show(form: Form, filling: Filling, text: Markup, rows: Rows) -> None:
    request = filling.request
    if form.personal is not None:
        _show_protected(request, form.personal(filling.draft), text, rows)
    elif request.update.callback_query is not None:
        request.edit(text, rows)
    else:
        request.say(text, rows, slot=PROMPT)


def _show_protected(request: Request, house_id: int, text: Markup, rows: Rows) -> None:
    """A message that is not protected, such as the news that led here, stays as it is."""
    if request.on_protected:
        row = request.edit(text, rows)
    else:
        row = request.say(text, rows, slot=PROMPT, protect=True,
                          delivery=Delivery.AT_MOST_ONCE if house_id else Delivery.AT_LEAST_ONCE)
    if house_id:
        protected.remember(request, house_id, row)


def _choices(filling: Filling, question: Question, page: int) -> Rows:
    """The choices as buttons; very many in pages, as Telegram takes a hundred buttons. Each may be typed as well."""
    if question.choices is None:
        return []
    number, found = filling.draft.id or 0, question.choices(filling)
    pages = -(-len(found) // _A_PAGE) if len(found) > MOST_CHOICES else 1
    page = min(max(page, 0), pages - 1)
    shown = found if pages == 1 else found[page * _A_PAGE:(page + 1) * _A_PAGE]
    turn = [Press(filling.request.label(key, page=other + 1, pages=pages), Page(number, question.key, other))
            for key, other in (("form.button.earlier", page - 1), ("form.button.further", page + 1))
            if 0 <= other < pages]
    rows = grid([Press(one.label, Pick(number, question.key, one.value)) for one in shown], question.width)
    return [*rows, [*turn]] if turn else rows


def _buttons(form: Form, filling: Filling, question: Question, page: int) -> Rows:
    request, number = filling.request, filling.draft.id or 0
    rows = _choices(filling, question, page)
    if question.takes == Takes.PHOTO and filling.answers.get(question.key):
        rows.append([Press(request.label("form.button.enough"), Back(number, "-")),
                     Press(request.label("form.button.drop"), Drop(number, question.key))])
    elif question.key in filling.answers:
        rows.append([Press(request.label("form.button.unchanged"), Back(number, "-"))])
    last: list[Press] = []
    order = form.applicable(filling.answers)
    if question is not order[0]:
        last.append(Press(request.label("form.button.back"), Back(number, question.key)))
    if question.optional and question.key not in filling.answers:
        last.append(Press(request.label("form.button.skip"), Skip(number, question.key)))
    last.append(Press(request.label("form.button.cancel"), Cancel(number, 0)))
    return [*rows, [*last]]
