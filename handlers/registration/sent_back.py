"""A form that comes back as one text: its lines become answers of the house that is being registered."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from telegram import Message
from telegram.ext import filters

from handlers.kit import filling as engine
from handlers.kit import form_routes
from handlers.kit.form import AGAIN, Answers, Filling, Question, Takes
from handlers.kit.lines import Lines, short
from handlers.kit.matching import understood
from handlers.kit.parse_text import echo
from handlers.kit.prompt import Said
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import languages
from handlers.registration import sheet, sheet_news
from handlers.registration.house_form import HOUSE
from handlers.registration.questions import NO, YES
from handlers.registration.sheet_news import Outcome
from storage import drafts
from storage.names import like
from storage.people import RoleName

_SHEET = "sheet"
"""How a form's message is noted among the draft's sources."""

_BRACKETS = re.compile(r"\s*\(.*?\)\s*")
_SIGNS = re.compile(r"[-–—:;=.,]+")
_MOST_CHOICES = 12


def taken(request: Request) -> bool:
    """Whether a typed text is such a form; it is answered then.

    Raises:
        Refusal: it is one, from somebody who registers no houses.
    """
    found = sheet.read(request.text)
    if not sheet.is_sheet(found):
        return False
    if not request.me.has(RoleName.SURVEYOR, RoleName.ADMIN):
        if not found.headed:
            return False
        raise Refusal("refuse.role")
    current = drafts.current(request.session, request.me.id)
    if current is not None and current.form != HOUSE.name and not sheet.about_a_family(found):
        return False
    if current is not None and current.form == HOUSE.name and current.subject_id and not found.headed:
        return False  # a known house is being corrected: lines without a heading are no new one
    _take(request, found)
    return True


def on_edited(request: Request) -> None:
    """An edited form corrects its answers while the house is being registered."""
    me = request.me
    current = drafts.of_person(request.session, me.id)
    mine = next((one for one in current if one.form == HOUSE.name and one.subject_id == 0), None)
    found = sheet.read(request.text)
    if mine is not None and _number(request) in drafts.read_sources(request.session, mine):
        _take(request, found)
    elif found.headed and me.has(RoleName.SURVEYOR, RoleName.ADMIN):
        request.say(request.t("sheet.closed"), slot="sheet.closed")
    else:
        form_routes.on_edited(request)


class _IsSheet(filters.MessageFilter):
    """A text that is a form sent back."""

    def filter(self, message: Message) -> bool:
        return sheet.is_sheet(sheet.read(message.text or ""))


IS_SHEET = _IsSheet()


def _number(request: Request) -> str:
    return str(request.message.message_id) if request.message else ""


def _take(request: Request, found: Lines) -> None:
    HOUSE.may(request, 0)
    session, now = request.session, request.now
    draft, _ = drafts.open_draft(session, request.me.id, request.chat_id, HOUSE.name, now)
    filling = Filling(request, draft, drafts.read(session, draft))
    sources = drafts.read_sources(session, draft)
    own = _number(request) in sources
    outcome = Outcome(dict(filling.answers), unknown=[short(line) for line in found.unknown])
    consent = _tried(filling, "consent", found)
    kin = True if own else _same_family(filling, found)
    if consent == NO and kin is not True and _family(filling.answers):
        _leave(filling, Said(f"!sheet.{_number(request)}", request.t("sheet.refused")))
        return
    if consent != NO and kin is False:
        _leave(filling, sheet_news.other_family(filling, _number(request), found.values.get("head_name", ["–"])[0]))
        return
    sources[_number(request)] = _SHEET
    if consent != NO and YES not in (consent, filling.answers.get("consent")):
        # Nothing of a family is stored before it agreed: the text is forgotten, only its message's number stays.
        drafts.write(session, draft, filling.answers, now, sources=sources)
        engine.proceed(HOUSE, filling, [sheet_news.no_consent(filling)])
        return
    if not _answered(filling, found, outcome):
        return
    again = [*outcome.problems, *outcome.later]
    if again:
        kept = [key for key in filling.answers.get(AGAIN, []) if key not in again]
        filling.answers[AGAIN] = [*kept, *again]
    drafts.write(session, draft, filling.answers, now, sources=sources)
    above = [sheet_news.told(filling, outcome)]
    for question in outcome.taken:
        if question.key in filling.answers:
            above += engine.remarks(filling, question, filling.answers[question.key])
    engine.proceed(HOUSE, filling, above)


def _leave(filling: Filling, said: Said) -> None:
    """The open house stays as it is, and goes on."""
    engine.proceed(HOUSE, filling, [said])


def _answered(filling: Filling, found: Lines, outcome: Outcome) -> bool:
    """Take the lines in the form's order, as if each was typed. False: the family does not agree, all is over."""
    for question in HOUSE.questions:
        lines = found.values.get(question.key)
        if lines is None:
            continue
        if question.key == "kelurahan" and not _reachable(filling, question, lines, outcome):
            outcome.later.append(question.key)
            continue
        try:
            value, rest = _value(filling, question, lines)
        except Refusal as refusal:
            outcome.problems[question.key] = refusal
            continue
        # Given twice, consent counts from the first time.
        given = question.key == "consent" and value == YES == filling.answers.get("consent")
        if not given and not engine.keep(HOUSE, filling, question, value):
            return False
        outcome.taken.append(question)
        outcome.unknown += [short(line) for line in rest]
    return True


def _reachable(filling: Filling, kelurahan: Question, lines: list[str], outcome: Outcome) -> bool:
    """Whether it is known in which kecamatan to look; a kelurahan that is in one of them only names it, too."""
    if "kecamatan" in outcome.problems:
        return False
    if "kecamatan" in filling.answers:
        return True
    kecamatan = HOUSE.question("kecamatan")
    assert kecamatan is not None
    assert kecamatan.choices is not None
    fitting = [one.value for one in kecamatan.choices(filling)
               if _reads(replace(filling, answers=filling.answers | {"kecamatan": one.value}), kelurahan, lines)]
    if len(fitting) == 1:
        engine.keep(HOUSE, filling, kecamatan, fitting[0])
    return len(fitting) == 1


def _reads(filling: Filling, question: Question, lines: list[str]) -> bool:
    try:
        understood(filling, question, " ".join(lines))
    except Refusal:
        return False
    return True


def _value(filling: Filling, question: Question, lines: list[str]) -> tuple[Any, list[str]]:
    """The value of a line with those that may belong to it, and the lines that do not.

    Raises:
        Refusal: with what was wrong.
    """
    whole: Refusal | None = None
    for end in range(len(lines), 0, -1):
        try:
            return _understood(filling, question, " ".join(lines[:end])), lines[end:]
        except Refusal as refusal:
            whole = whole or refusal
    assert whole is not None
    raise whole


def _understood(filling: Filling, question: Question, text: str) -> Any:
    """As if it was typed, in any language; of a choice also with more signs or a remark in brackets."""
    if question.takes != Takes.PIN:
        text = text.lstrip("-–— ")
    ways = [text] if question.choices is None else [text, _BRACKETS.sub(" ", text), _SIGNS.sub(" ", text)]
    own, refused = filling.request.texts, None
    for theirs in (own, *(one for one in languages().values() if one.locale != own.locale)):
        reader = replace(filling, request=replace(filling.request, texts=theirs))
        for way in ways:
            try:
                return understood(reader, question, way)
            except Refusal as refusal:
                refused = refused or refusal
    assert refused is not None
    if question.choices is not None and question.parse is None:
        # There is no button to press yet.
        labels = [one.label for one in question.choices(filling)]
        more = ["…"] if len(labels) > _MOST_CHOICES else []
        raise Refusal("sheet.choices", typed=echo(text), choices=", ".join([*labels[:_MOST_CHOICES], *more]))
    raise refused


def _tried(filling: Filling, key: str, found: Lines) -> Any:
    """The value of a line; None where it is missing or wrong."""
    question, lines = HOUSE.question(key), found.values.get(key)
    if question is None or lines is None:
        return None
    try:
        return _value(filling, question, lines)[0]
    except Refusal:
        return None


def _family(answers: Answers) -> bool:
    return "head_name" in answers or "nik" in answers


def _same_family(filling: Filling, found: Lines) -> bool | None:
    """Whether a form is about the family of the open house; None where that cannot be told.

    Several forms filled in without a signal may come back together: the second one must not overwrite the first.
    """
    name, nik = _tried(filling, "head_name", found), _tried(filling, "nik", found)
    open_name, open_nik = filling.answers.get("head_name"), filling.answers.get("nik")
    if nik is not None and nik == open_nik:
        return True
    if nik is not None and open_nik is not None and name is None and "head_name" in found.values:
        return False  # another NIK, and a name that cannot be read
    if name is None or open_name is None:
        return None
    return like(name, open_name)
