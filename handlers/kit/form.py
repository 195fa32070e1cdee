"""A form is data: a list of questions. Answers live in a draft row, so a restart is not noticed (decision 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from handlers.kit.buttons import Button, Rows
from handlers.kit.request import Request
from storage.drafts import Draft
from storage.photos import PhotoKind

Answers = dict[str, Any]
AGAIN = "again"
"""A note in the answers: questions to be asked although they have an answer (a verifier found it wrong)."""


class Takes(StrEnum):
    """What kind of message answers a question."""

    TEXT = "text"
    CHOICE = "choice"
    PHOTO = "photo"
    PIN = "pin"
    FILE = "file"
    """Pages of a signed paper: photos, or a PDF."""


@dataclass(frozen=True)
class Choice:
    """One button of a question. ``value`` must be short and free of ``:`` (it travels in the button)."""

    label: str
    value: str


@dataclass(frozen=True)
class Filling:
    """What a question's functions see: the request, the draft and the answers so far."""

    request: Request
    draft: Draft
    answers: Answers


def _always(_answers: Answers) -> bool:
    return True


def _never(_answers: Answers) -> bool:
    return False


@dataclass(frozen=True)
class Question:
    """One question, one message. Texts: ``form.<form>.<key>`` (asked) and ``form.<form>.<key>.label`` (in lists).

    ``parse`` turns typed text into a JSON value or raises ``Refusal``; ``choices`` gives buttons (text is matched
    against their labels too); ``show`` writes a value for people; ``when`` says whether it applies;
    ``clears`` names answers that no longer fit when this one changes; ``values`` fills the question's own text;
    ``warn`` gives remarks (HTML) on an accepted answer that do not stop the form. ``alone``: where there is one
    choice only, it is taken without asking. ``upon`` sees an accepted answer before it is kept, may note more in
    ``answers``, and returns True when it ends the form (it has answered then; nothing is stored). ``open``: whether
    the question is still open although something was answered (photos of which one kind is missing). ``looks``: a kind
    of ``handlers.kit.parse_kinds``; a text that unmistakably is one answers this question, whatever is asked.
    ``below``: more buttons of its own. ``optional`` may depend on the answers. ``view``: what its photos show, where a
    form asks for a photo of each part of the house. ``beside`` sends what belongs below the question, each time it is
    asked anew.
    """

    key: str
    takes: Takes = Takes.TEXT
    parse: Callable[[Filling, str], Any] | None = None
    choices: Callable[[Filling], list[Choice]] | None = None
    show: Callable[[Filling, Any], str | Markup] | None = None
    when: Callable[[Answers], bool] = _always
    optional: bool | Callable[[Answers], bool] = False
    clears: tuple[str, ...] = ()
    width: int = 2
    values: Callable[[Filling], dict[str, Any]] | None = None
    warn: Callable[[Filling, Any], list[Markup]] | None = None
    alone: bool = False
    upon: Callable[[Filling, Any], bool] | None = None
    open: Callable[[Answers], bool] = _never
    looks: str = ""
    below: Callable[[Filling], Rows] | None = None
    view: PhotoKind | None = None
    beside: Callable[[Filling], None] | None = None

    def may_skip(self, answers: Answers) -> bool:
        """Whether it may stay without an answer."""
        return self.optional(answers) if callable(self.optional) else self.optional


@dataclass(frozen=True)
class Form:
    """``finish`` gets the complete answers when the person confirms; it writes the rows and answers.

    With ``summary`` False the form ends by itself after its last question. ``may`` is asked again at each
    step and raises a refusal when the person lost the right, or the subject moved on; the draft is closed then.
    ``extra["photos"]`` says what the photos of this form show (a PhotoPurpose); ``extra["kinds"]``, a function of
    session and draft, that it matters which part of the house each shows, and which photos there are besides those of
    the draft. ``first`` names a question
    before whose answer neither photo nor pin is taken (consent). ``begin`` gives the answers that a new draft of
    a subject starts with. ``intro`` stands above the summary. ``after`` gives the buttons under "deleted", so
    that a cancelled form is no dead end. ``personal``: the answers are somebody's personal data, so every message of
    the form is protected; it gives the house whose stored data the form shows (0: only what was typed in it), and
    those messages are emptied when the right to see them ends. ``check`` is told which answer has just changed and
    may note more in the answers (another question that now applies). ``rejoin``: a draft that is there already is
    opened with a new preset. ``save``: the message on the button that confirms the summary.
    """

    name: str
    questions: tuple[Question, ...]
    finish: Callable[[Filling], None]
    may: Callable[[Request, int], None]
    summary: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
    first: str = ""
    begin: Callable[[Request, int], Answers] | None = None
    after: Callable[[Request, int], Rows] | None = None
    intro: Callable[[Request, int], list[Markup]] | None = None
    personal: Callable[[Draft], int] | None = None
    check: Callable[[Filling, str], None] | None = None
    rejoin: Callable[[Filling, Answers], None] | None = None
    save: str = "form.button.save"

    def question(self, key: str | None) -> Question | None:
        """The question with a key."""
        return next((one for one in self.questions if one.key == key), None)

    def applicable(self, answers: Answers) -> list[Question]:
        """The questions that apply, in order."""
        return [one for one in self.questions if one.when(answers)]

    def next(self, answers: Answers) -> Question | None:
        """The first applicable question without a whole answer."""
        again = answers.get(AGAIN, ())
        return next((one for one in self.applicable(answers)
                     if one.key not in answers or one.key in again or one.open(answers)), None)


FORMS: dict[str, Form] = {}


def register(form: Form) -> Form:
    """Make a form known to the routes of the kit."""
    if form.name in FORMS:
        raise ValueError(f"two forms named {form.name}")
    FORMS[form.name] = form
    return form


@dataclass(frozen=True)
class Pick(Button):
    """One choice of a question, which must be the one that is asked now."""

    code = "fp"
    draft_id: int
    key: str
    value: str


@dataclass(frozen=True)
class Page(Button):
    """Other choices of a question that has very many (0: the first page)."""

    code = "fg"
    draft_id: int
    key: str
    page: int


@dataclass(frozen=True)
class Skip(Button):
    """Leave an optional question unanswered."""

    code = "fs"
    draft_id: int
    key: str


@dataclass(frozen=True)
class Back(Button):
    """To the question before ``key`` (or back to the summary)."""

    code = "fb"
    draft_id: int
    key: str


@dataclass(frozen=True)
class Edit(Button):
    """From the summary: the list of answers, or one of them (``key``)."""

    code = "fe"
    draft_id: int
    key: str


@dataclass(frozen=True)
class Save(Button):
    """Confirm the summary as it was shown (``version``)."""

    code = "fv"
    draft_id: int
    version: int


@dataclass(frozen=True)
class Cancel(Button):
    """Throw a draft away; ``sure`` 0 asks first."""

    code = "fc"
    draft_id: int
    sure: int


@dataclass(frozen=True)
class Resume(Button):
    """Go on with a draft."""

    code = "fr"
    draft_id: int


@dataclass(frozen=True)
class Anew(Button):
    """Throw a draft away and begin the form again; ``sure`` 0 asks first."""

    code = "fn"
    draft_id: int
    sure: int


@dataclass(frozen=True)
class Drop(Button):
    """Take all photos of a question out again."""

    code = "fd"
    draft_id: int
    key: str
