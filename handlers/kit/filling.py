"""How a form is filled: start, answer in any order, go back, edit, skip, cancel, resume, confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.kit.buttons import Press, Rows
from handlers.kit.endpoint import explain, refuse
from handlers.kit.form import AGAIN, FORMS, Anew, Answers, Cancel, Filling, Form, Question, Resume, Takes
from handlers.kit.matching import understood
from handlers.kit.parse_kinds import looks_like
from handlers.kit.prompt import Said, ask, ask_again, echo, save_name, show_summary
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import drafts
from storage.drafts import Draft
from storage.errors import Refused


def start(
    request: Request, form: Form, *, subject: int = 0, preset: Answers | None = None, fresh: bool = False
) -> None:
    """Open a form, or go on with the draft of it that is there already (``fresh``: that one is thrown away).

    ``preset`` are answers of a new draft, besides those of ``form.begin``. An answer may also be a note that no
    question asks for (the version of what was shown, say).
    """
    form.may(request, subject)
    session, now = request.session, request.now
    draft, new = drafts.open_draft(session, request.me.id, request.chat_id, form.name, now, subject=subject)
    if fresh and not new:
        drafts.discard(session, draft)
        draft, new = drafts.open_draft(session, request.me.id, request.chat_id, form.name, now, subject=subject)
    filling = Filling(request, draft, drafts.read(session, draft))
    if new:
        filling.answers.update(form.begin(request, subject) if form.begin else {})
        filling.answers.update(preset or {})
        drafts.write(session, draft, filling.answers, now)
    if not new and form.rejoin is not None and (preset or subject):
        form.rejoin(filling, preset or {})
        drafts.write(session, draft, filling.answers, now)
        proceed(form, filling, [])
        return
    if new or not any(one.key in filling.answers for one in form.questions):
        # Above the summary it stands anyway.
        intro = form.intro(request, subject) if form.intro and form.next(filling.answers) is not None else []
        proceed(form, filling, [Said("intro", line) for line in intro])
        return
    anew: Rows = [[Press(request.label("form.button.anew"), Anew(draft.id or 0, 0))]]
    proceed(form, filling, [Said("resumed", request.t("form.resumed"))], anew)


def proceed(form: Form, filling: Filling, above: list[Said], below: Rows | None = None) -> None:
    """Ask the next question; after the last one show the summary, or finish. ``below``: more buttons."""
    request, draft = filling.request, filling.draft
    above = above + _take_alone(form, filling)
    question = form.next(filling.answers)
    if question is None:
        look_again(form, filling)
        question = form.next(filling.answers)
    draft.asking = question.key if question else None
    request.session.add(draft)
    if question is not None:
        ask(form, filling, question, above, below)
    elif form.summary:
        show_summary(form, filling, above, below)
    else:
        complete(form, filling)


def look_again(form: Form, filling: Filling) -> None:
    """Everything is answered: see what came in beside the answers, such as a photo's likeness."""
    before = dict(filling.answers)
    if form.check is not None:
        form.check(filling, "")
    if filling.answers != before:
        drafts.write(filling.request.session, filling.draft, filling.answers, filling.request.now)


def _take_alone(form: Form, filling: Filling) -> list[Said]:
    """Answer what leaves no choice; what was taken, to be told."""
    told: list[Said] = []
    while (question := form.next(filling.answers)) and question.alone and question.choices:
        choices = question.choices(filling)
        if len(choices) != 1:
            break
        filling.answers[question.key] = choices[0].value
        settled(filling, question.key)
        told.append(echo(form, filling, question, choices[0].value))
    if told:
        drafts.write(filling.request.session, filling.draft, filling.answers, filling.request.now)
    return told


def go_on(form: Form, filling: Filling, answered: Question, above: list[Said]) -> None:
    """After an answer: on to the next question, or again to the one that is open if another was answered."""
    asked = form.question(filling.draft.asking)
    if asked is not None and asked.key != answered.key and asked.when(filling.answers):
        ask(form, filling, asked, above)
    else:
        proceed(form, filling, above)


def complete(form: Form, filling: Filling) -> None:
    """Hand the answers to the form's own ``finish`` and forget the draft."""
    form.may(filling.request, filling.draft.subject_id)
    form.finish(filling)
    forget(filling.request, filling.draft)


def forget(request: Request, draft: Draft) -> None:
    """Delete a draft; where another one lies open, say so, or the next typed word would land in it by surprise."""
    drafts.discard(request.session, draft)
    rest = drafts.current(request.session, request.me.id)
    if rest is not None and rest.form in FORMS:
        title = request.label(f"form.{rest.form}.title")
        request.say(request.t("form.other_open", title=title), [[
            Press(request.label("form.button.resume"), Resume(rest.id or 0)),
            Press(request.label("form.button.delete"), Cancel(rest.id or 0, 0)),
        ]])


def ask_cancel(request: Request, draft: Draft) -> None:
    """Ask once whether the draft shall really go."""
    number = draft.id or 0
    title = request.label(f"form.{draft.form}.title")
    request.edit(request.t("form.cancel.sure", title=title), [[
        Press(request.label("form.button.keep"), Resume(number)),
        Press(request.label("form.button.discard"), Cancel(number, 1)),
    ]])


def allowed(request: Request, form: Form, draft: Draft) -> bool:
    """Whether the form may go on. If not, the person is told why and the draft is closed: what it speaks of is
    over, or the right to it is lost, and a dead draft would swallow every further word."""
    try:
        form.may(request, draft.subject_id)
    except (Refusal, Refused) as refusal:
        ways = after(request, form, draft.subject_id)
        if request.update.callback_query is None:
            refuse(request, refusal, ways)
        else:
            refuse(request, refusal)
            request.edit(request.t("form.gone"), ways)
        forget(request, draft)
        return False
    return True


def after(request: Request, form: Form, subject: int) -> Rows | None:
    """The next steps that a form offers when it ended without being saved."""
    return form.after(request, subject) if form.after else None


def in_open_form(request: Request, step: Callable[[Form, Filling], None]) -> bool:
    """Let a message act on the form that it answers, the draft touched last; False when none is open.

    A refusal undoes the step, says what was wrong and asks again: the draft is as it was.
    """
    last = drafts.current(request.session, request.me.id)
    draft = drafts.get(request.session, last.id or 0) if last is not None else None
    if draft is None or draft.form not in FORMS:
        return False
    form = FORMS[draft.form]
    if not allowed(request, form, draft):
        return True
    try:
        with request.session.begin_nested():
            step(form, Filling(request, draft, drafts.read(request.session, draft)))
    except (Refusal, Refused) as refusal:
        filling = Filling(request, draft, drafts.read(request.session, draft))
        question = form.question(draft.asking)
        if question is not None:
            ask_again(form, filling, question, refusal)
        else:
            key, values = explain(request, refusal)
            proceed(form, filling, [Said("!", request.t(key, **values))])
    return True


def keep(form: Form, filling: Filling, question: Question, value: Any) -> bool:
    """Note one answer among the others and forget those that no longer fit; nothing is written or asked yet.

    False: it ended the form, which has answered; the draft is gone.
    """
    if question.upon is not None and question.upon(filling, value):
        forget(filling.request, filling.draft)
        return False
    changed = filling.answers.get(question.key) != value
    filling.answers[question.key] = value
    settled(filling, question.key)
    if changed:
        for key in question.clears:
            filling.answers.pop(key, None)
    if form.check is not None:
        form.check(filling, question.key)
    return True


def remarks(filling: Filling, question: Question, value: Any) -> list[Said]:
    """What is worth a second look in an answer."""
    if question.warn is None or value is None:
        return []
    return [Said(f"{question.key}.{number}", html) for number, html in enumerate(question.warn(filling, value))]


def answer(form: Form, filling: Filling, question: Question, value: Any) -> None:
    """Keep one answer, forget those that no longer fit, and go on."""
    request, draft = filling.request, filling.draft
    if not keep(form, filling, question, value):
        return
    sources = drafts.read_sources(request.session, draft)
    sent = request.update.message or request.update.edited_message
    if sent is not None and question.takes not in (Takes.PHOTO, Takes.FILE):
        sources[str(sent.message_id)] = question.key
    drafts.write(request.session, draft, filling.answers, request.now, sources=sources)
    above = [echo(form, filling, question, value)] if value is not None else []
    go_on(form, filling, question, [*above, *remarks(filling, question, value)])


def settled(filling: Filling, key: str) -> bool:
    """Strike a question off those that are to be asked again; whether it was one of them."""
    again = filling.answers.get(AGAIN, [])
    if key in again:
        filling.answers[AGAIN] = [one for one in again if one != key]
    return key in again


def confirm(filling: Filling) -> None:
    """The answer to the question that is asked stays as it is."""
    if settled(filling, filling.draft.asking or ""):
        drafts.write(filling.request.session, filling.draft, filling.answers, filling.request.now)


def take_text(form: Form, filling: Filling) -> None:
    """A typed answer to the question that is asked, or to the one that it unmistakably answers."""
    text = filling.request.text
    asked = form.question(filling.draft.asking)
    question = meant(form, filling, asked, text) or asked
    if question is None:
        said = filling.request.t("form.press_to_save", button=save_name(form, filling.request))
        proceed(form, filling, [Said("!", said)] if form.next(filling.answers) is None else [])
        return
    answer(form, filling, question, understood(filling, question, text))


def meant(form: Form, filling: Filling, asked: Question | None, text: str) -> Question | None:
    """Another question that a text answers: a NIK typed while the name is asked, say. One that is open comes first."""
    found = looks_like(text, filling.request.today)
    if found is None or (form.first and form.first not in filling.answers) or (asked and asked.looks == found):
        return None
    fitting = [one for one in form.applicable(filling.answers) if one.looks == found]
    # Sixteen digits may be another number of the same family: what was answered is not written over by a guess.
    sure = fitting if found != "nik_or_card" else []
    return next((one for one in fitting if one.key not in filling.answers), next(iter(sure), None))


def correct(form: Form, filling: Filling, key: str) -> None:
    """An edited message corrects the answer that it once gave."""
    question = form.question(key)
    if question is not None and question.when(filling.answers):
        answer(form, filling, question, understood(filling, question, filling.request.text))


def step_back(form: Form, filling: Filling, key: str) -> None:
    """To the question before ``key``, to be answered again. From the summary's edit: back to the summary."""
    order = form.applicable(filling.answers)
    position = next((index for index, one in enumerate(order) if one.key == key), 0)
    if form.next(filling.answers) is None or position == 0:
        proceed(form, filling, [])
        return
    reask(form, filling, order[position - 1])


def reask(form: Form, filling: Filling, question: Question, page: int = 0) -> None:
    """Ask one question again; its old answer stays until a new one comes. ``page``: of its choices."""
    filling.draft.asking = question.key
    filling.request.session.add(filling.draft)
    ask(form, filling, question, [], page=page)
