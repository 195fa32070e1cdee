"""What a form shows: a question with its step, its buttons and a way back; the summary; the list to edit."""

from __future__ import annotations

from typing import Any, NamedTuple

from markupsafe import Markup

from handlers.kit import protected
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.endpoint import explain
from handlers.kit.form import Back, Cancel, Drop, Edit, Filling, Form, Page, Pick, Question, Save, Skip, Takes
from handlers.kit.refusal import Refusal
from handlers.kit.request import PROMPT, Request
from handlers.kit.texts import join
from storage import drafts, outbox
from storage.errors import Refused
from storage.outbox import Delivery, Outbox

MOST_CHOICES = 60
"""So many are shown at once; more of them in pages."""

_DROPS = {Takes.PHOTO: "form.button.drop", Takes.FILE: "form.button.drop_pages"}
"""What came with messages is not written over by an answer: it is taken out as a whole."""

_A_PAGE = 40
_ROOM = 3900
"""Characters of markup in one message, with a reserve to Telegram's 4096."""


class Said(NamedTuple):
    """A line above the question. A newer one with the same key takes its place; ``!key`` is a refusal of an answer."""

    key: str
    html: Markup


def echo(form: Form, filling: Filling, question: Question, value: Any) -> Said:
    """``✓ Nama: …`` — the answer as it was understood."""
    label = filling.request.label(f"form.{form.name}.{question.key}.label")
    return Said(question.key, filling.request.t("form.echo", label=label, value=shown(filling, question, value)))


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
    form: Form, filling: Filling, question: Question, above: list[Said], below: Rows | None = None, *, page: int = 0
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
    _show(form, filling, above, counted, [*_buttons(form, filling, question, page), *(below or [])])
    if question.beside is not None and not any(one.key.startswith("!") for one in above):
        question.beside(filling)


def ask_again(form: Form, filling: Filling, question: Question, refusal: Refusal | Refused) -> None:
    """What was wrong, and the question with its buttons again; the draft is as it was."""
    key, values = explain(filling.request, refusal)
    ask(form, filling, question, [Said(f"!{question.key}", filling.request.t(key, **values))])


def save_name(form: Form, request: Request) -> str:
    """What the button that confirms the summary says, without the picture before it."""
    label = request.label(form.save)
    return label[next((place for place, sign in enumerate(label) if sign.isalpha()), 0):]


def show_summary(form: Form, filling: Filling, above: list[Said], below: Rows | None = None) -> None:
    """All answers, each on a line, to save or change."""
    request, draft = filling.request, filling.draft
    title = request.t("form.summary", title=request.label(f"form.{form.name}.title"))
    lines = [_line(form, filling, one) for one in form.applicable(filling.answers) if one.key in filling.answers]
    intro = form.intro(request, draft.subject_id) if form.intro else []
    text = join([*intro, title, join(lines), request.t("form.summary.ask", button=save_name(form, request))],
                "\n\n")
    number = draft.id or 0
    _show(form, filling, above, text, whole=True, rows=[
        [Press(request.label(form.save), Save(number, draft.version))],
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
    _show(form, filling, [], join([*intro, request.t("form.edit.which")], "\n\n"), rows)


def _line(form: Form, filling: Filling, question: Question) -> Markup:
    value = shown(filling, question, filling.answers[question.key])
    return filling.request.t("form.line", label=filling.request.label(f"form.{form.name}.{question.key}.label"),
                             value=value)


def _show(
    form: Form, filling: Filling, above: list[Said], text: Markup, rows: Rows, *, whole: bool = False
) -> None:
    """A press edits its own card. Messages get one new message: where several came at once (after a gap in the
    signal), the last answer tells what became of all of them. ``whole``: the text itself tells what was answered."""
    request, draft = filling.request, filling.draft
    if request.update.callback_query is not None:
        _send(form, filling, join([*(one.html for one in above), text], "\n\n"), rows)
        return
    before, said = drafts.unsaid(request.session, draft)
    said = said if before and outbox.waits(request.session, before) else {}
    several = len(said)
    for one in above:
        said.pop(f"!{one.key}", None)  # refused before, and right now
        said[one.key] = str(one.html)
    # Rendered here before, with every value escaped.
    lines = [Markup(html) for key, html in said.items() if not (whole and several) or _is_remark(key)]  # noqa: S704
    if several and len(lines) > 1:
        lines = [join([request.t("form.several"), *_fitting(lines, _ROOM - len(text))])]
    row = _send(form, filling, join([*lines, text], "\n\n"), rows)
    drafts.carry(request.session, draft, row.id or 0, said)


def _is_remark(key: str) -> bool:
    """A refusal, or a warning on an answer."""
    return key.startswith("!") or "." in key


def _fitting(lines: list[Markup], room: int) -> list[Markup]:
    """The newest lines that fit; what was left out stands in the summary and is no loss."""
    kept: list[Markup] = []
    for line in reversed(lines):
        room -= len(line) + 1
        if room < 0:
            return [Markup("…"), *kept]
        kept.insert(0, line)
    return kept


def _send(form: Form, filling: Filling, text: Markup, rows: Rows) -> Outbox:
    request = filling.request
    if form.personal is not None:
        return _send_protected(request, form.personal(filling.draft), text, rows)
    if request.update.callback_query is not None:
        return request.edit(text, rows)
    return request.say(text, rows, slot=PROMPT)


def _send_protected(request: Request, house_id: int, text: Markup, rows: Rows) -> Outbox:
    """A message that is not protected, such as the news that led here, stays as it is."""
    if request.on_protected:
        row = request.edit(text, rows)
    else:
        row = request.say(text, rows, slot=PROMPT, protect=True,
                          delivery=Delivery.AT_MOST_ONCE if house_id else Delivery.AT_LEAST_ONCE)
    if house_id:
        protected.remember(request, house_id, row)
    return row


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
    rows = [*_choices(filling, question, page), *_answered(filling, question)]
    rows += question.below(filling) if question.below else []
    return [*rows, [*_moves(form, filling, question)]]


def ways(form: Form, filling: Filling, question: Question) -> list[Press]:
    """The buttons below a question that are no answer to it, for whoever types what stands on them."""
    answered = [press for row in _answered(filling, question) for press in row if isinstance(press, Press)]
    return [*answered, *_moves(form, filling, question)]


def _answered(filling: Filling, question: Question) -> Rows:
    """What may be done with the answer that there is."""
    request, number = filling.request, filling.draft.id or 0
    if question.takes in _DROPS and filling.answers.get(question.key):
        enough = [] if question.open(filling.answers) else [Press(request.label("form.button.enough"),
                                                                  Back(number, "-"))]
        return [[*enough, Press(request.label(_DROPS[question.takes]), Drop(number, question.key))]]
    if question.key in filling.answers:
        return [[Press(request.label("form.button.unchanged"), Back(number, "-"))]]
    return []


def _moves(form: Form, filling: Filling, question: Question) -> list[Press]:
    """Back, skip, cancel."""
    request, number = filling.request, filling.draft.id or 0
    last: list[Press] = []
    order = form.applicable(filling.answers)
    if question is not order[0]:
        last.append(Press(request.label("form.button.back"), Back(number, question.key)))
    if question.may_skip(filling.answers) and question.key not in filling.answers:
        last.append(Press(request.label("form.button.skip"), Skip(number, question.key)))
    last.append(Press(request.label("form.button.cancel"), Cancel(number, 0)))
    return last
