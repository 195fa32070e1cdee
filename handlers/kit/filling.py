"""How a form is filled: start, answer in any order, go back, edit, skip, cancel, resume, confirm."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.kit.buttons import Press
from handlers.kit.form import FORMS, Answers, Cancel, Choice, Filling, Form, Question, Resume, Takes
from handlers.kit.prompt import ask, ask_again, echo, show_summary
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import drafts
from storage.drafts import Draft
from storage.errors import Refused


def start(request: Request, form: Form, *, subject: int = 0, preset: Answers | None = None) -> None:
    """Open a form, or go on with the draft of it that is there already."""
    form.may(request, subject)
    draft, new = drafts.open_draft(request.session, request.me.id, request.chat_id, form.name, request.now,
                                   subject=subject)
    answers = drafts.read(request.session, draft)
    if new and preset:
        answers |= preset
        drafts.write(request.session, draft, answers, request.now)
    filling = Filling(request, draft, answers)
    proceed(form, filling, [] if new else [request.t("form.resumed")])


def proceed(form: Form, filling: Filling, above: list[Markup]) -> None:
    """Ask the next question; after the last one show the summary, or finish."""
    request, draft = filling.request, filling.draft
    question = form.next(filling.answers)
    draft.asking = question.key if question else None
    request.session.add(draft)
    if question is not None:
        ask(form, filling, question, above)
    elif form.summary:
        show_summary(form, filling, above)
    else:
        complete(form, filling)


def complete(form: Form, filling: Filling) -> None:
    """Hand the answers to the form's own ``finish`` and forget the draft."""
    request = filling.request
    form.may(request, filling.draft.subject_id)
    form.finish(filling)
    drafts.discard(request.session, filling.draft)
    rest = drafts.current(request.session, request.me.id)
    if rest is not None and rest.form in FORMS:
        # Another form was left open: say so, or the next typed word would land in it by surprise.
        offer_resume(request, rest)


def offer_resume(request: Request, draft: Draft) -> None:
    """A line with a button that leads back into an open draft."""
    title = request.label(f"form.{draft.form}.title")
    request.say(request.t("form.other_open", title=title), [[
        Press(request.label("form.button.resume"), Resume(draft.id or 0)),
        Press(request.label("form.button.discard"), Cancel(draft.id or 0, 0)),
    ]])


def open_form(request: Request) -> tuple[Form, Filling] | None:
    """The form that a typed message answers: the draft touched last."""
    draft = drafts.current(request.session, request.me.id)
    if draft is None or draft.form not in FORMS:
        return None
    form = FORMS[draft.form]
    form.may(request, draft.subject_id)
    return form, Filling(request, draft, drafts.read(request.session, draft))


def answer(form: Form, filling: Filling, question: Question, value: Any) -> None:
    """Keep one answer, forget those that no longer fit, and go on."""
    request, draft = filling.request, filling.draft
    changed = filling.answers.get(question.key) != value
    filling.answers[question.key] = value
    if changed:
        for key in question.clears:
            filling.answers.pop(key, None)
    sources = drafts.read_sources(request.session, draft)
    sent = request.update.message or request.update.edited_message
    if sent is not None and question.takes in (Takes.TEXT, Takes.PIN):
        sources[str(sent.message_id)] = question.key
    drafts.write(request.session, draft, filling.answers, request.now, sources=sources)
    above = [echo(form, filling, question, value)]
    if question.warn is not None:
        above += question.warn(filling, value)
    proceed(form, filling, above)


def take_text(form: Form, filling: Filling, question: Question | None, text: str) -> None:
    """A typed answer to the question that is asked. A refusal keeps the draft and shows the question again."""
    if question is None:
        show_summary(form, filling, [filling.request.t("form.press_to_save")])
        return
    try:
        value = understood(filling, question, text)
    except (Refusal, Refused) as refusal:
        ask_again(form, filling, question, refusal)
        return
    answer(form, filling, question, value)


def understood(filling: Filling, question: Question, text: str) -> Any:
    """The value of a typed text.

    Raises:
        Refusal: with what was wrong and an example.
    """
    if question.takes == Takes.PHOTO:
        raise Refusal("refuse.want_photo")
    if question.choices is not None:
        found = _matching(question.choices(filling), text)
        if found is not None:
            return found.value
        if question.parse is None:
            raise Refusal("refuse.choice")
    if question.parse is None:
        raise Refusal("refuse.want_pin")
    return question.parse(filling, text)


def _matching(choices: list[Choice], text: str) -> Choice | None:
    """A choice typed instead of pressed: its label, its start, or its number in the list."""
    wanted = " ".join(text.casefold().split())
    if not wanted:
        return None
    exact = [one for one in choices if _plain(one.label) == wanted or one.value.casefold() == wanted]
    if exact:
        return exact[0]
    if wanted.isdecimal() and wanted.isascii() and 1 <= int(wanted) <= len(choices):
        return choices[int(wanted) - 1]
    near = [one for one in choices if _plain(one.label).startswith(wanted)]
    return near[0] if len(near) == 1 else None


def _plain(label: str) -> str:
    """A label without its leading sign, folded."""
    return " ".join("".join(sign for sign in label.casefold() if sign.isalnum() or sign in " /-").split())


def correct(form: Form, filling: Filling, key: str, text: str) -> None:
    """An edited message corrects the answer that it once gave."""
    question = form.question(key)
    if question is None:
        return
    try:
        value = understood(filling, question, text)
    except (Refusal, Refused) as refusal:
        ask_again(form, filling, question, refusal)
        return
    answer(form, filling, question, value)


def step_back(form: Form, filling: Filling, key: str) -> None:
    """To the question before ``key``; its answer is asked again. From the summary's edit: back to the summary."""
    order = form.applicable(filling.answers)
    position = next((index for index, one in enumerate(order) if one.key == key), len(order))
    if form.next(filling.answers) is None or position == 0:
        proceed(form, filling, [])
        return
    reask(form, filling, order[position - 1])


def reask(form: Form, filling: Filling, question: Question) -> None:
    """Ask one question again; its old answer stays until a new one comes."""
    filling.draft.asking = question.key
    filling.request.session.add(filling.draft)
    drafts.write(filling.request.session, filling.draft, filling.answers, filling.request.now)
    ask(form, filling, question, [])

