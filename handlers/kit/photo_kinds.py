"""What a photo shows: read from its caption, or taken to be what is still missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from sqlmodel import Session

from handlers.kit.form import Answers, Filling, Form, Question, Takes
from handlers.kit.parse_text import fold
from handlers.kit.refusal import Refusal
from storage import photos
from storage.drafts import Draft
from storage.photos import Photo, PhotoKind
from storage.rules import Rules

MISSING = "missing_photos"
"""A note in the answers: required kinds that no photo shows yet."""

CAPTIONED = "captioned_photos"
"""A note in the answers: photos of which somebody has said what they show; an album's caption changes nothing there."""

PLACES = "photo_gps"
"""A note in the answers: where the cameras were (photo id → [latitude, longitude]), until the pin is given."""

_K = PhotoKind
_PARTS: dict[PhotoKind, str] = {
    _K.ROOF: r"atap|genteng|genting|plafon\w?|langit langit|wuwungan|kuda kuda|roof(?:ing|top)?|ceiling",
    _K.FLOOR: r"lantai|ubin|tegel|floor(?:s|ing)?",
    _K.WALL: r"dinding|tembok|bilik|gedek|gedeg|walls?",
    _K.BATHROOM: r"(?:kamar|kmr|km) mandi|mck|wc|jamban|kakus|toilets?|kloset|bath ?rooms?|restroom|latrine",
    # Said in so many words: it is no part that is seen from there.
    _K.FRONT: r"tampak (?:dari )?(?:depan|muka)|front (?:view|side)",
    _K.SIDE: r"tampak (?:dari )?(?:samping|kiri|kanan)|side view",
}
_ROOMS = {_K.OTHER: r"kamar|ruang(?:an)?|dapur|sumur|halaman|kitchen|bed ?room|living room|yard"}
_VIEWS = {
    _K.FRONT: r"depan|muka|fasad|teras|front|facade", _K.SIDE: r"samping|sisi|kiri|kanan|sides?",
    _K.OTHER: r"belakang|lain lain|lainnya|rear|back|others?",
}


def _pattern(words: dict[PhotoKind, str]) -> re.Pattern[str]:
    either = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in words.items())
    return re.compile(rf"\b(?:{either})(?:nya)?\b")


_ORDER = tuple(map(_pattern, (_PARTS, _ROOMS, _VIEWS)))


def named(caption: str) -> PhotoKind | None:
    """The kind that a caption names, in Indonesian or English; None where it names none.

    A part of the house counts before the side on which it is (``lantai depan`` is a floor), the first one named
    before others.
    """
    try:
        plain = re.sub(r"[\W\d_]+", " ", fold(caption).casefold())
    except Refusal:  # too long to be a caption
        return None
    found = next((hit for pattern in _ORDER if (hit := pattern.search(plain))), None)
    return PhotoKind(str(found.lastgroup)) if found else None


def photo_question(form: Form) -> Question | None:
    """The question of a form that takes photos."""
    return next((one for one in form.questions if one.takes == Takes.PHOTO), None)


def answered_by(form: Form, answers: Answers, photo_id: int) -> Question | None:
    """The question that a photo of the draft answers."""
    return next((one for one in form.questions if one.takes == Takes.PHOTO
                 and photo_id in (answers.get(one.key) or [])), None)


def knows_kinds(form: Form) -> bool:
    """Whether it matters what the photos of a form show."""
    return "kinds" in form.extra


def missing(found: Iterable[Photo], rules: Rules) -> list[PhotoKind]:
    """Required kinds that none of some photos shows, in the order of the setting."""
    there = {one.kind for one in found}
    return [kind for kind in rules.photo_kinds if kind not in there]


def counting(session: Session, form: Form, draft: Draft, answers: Answers) -> list[Photo]:
    """The photos that a form would leave its house with."""
    question = photo_question(form)
    sent = answers.get(question.key) if question else None
    return photos.counting(session, [*(sent or []), *form.extra["kinds"](session, draft)])


def note_missing(session: Session, form: Form, draft: Draft, answers: Answers, rules: Rules) -> None:
    """Bring the note about missing kinds up to date; ``answers`` are still to be written."""
    if knows_kinds(form):
        answers[MISSING] = [str(kind) for kind in missing(counting(session, form, draft, answers), rules)]


def note_kind(form: Form, filling: Filling, photo: Photo, caption: str) -> None:
    """A photo came, or its caption was changed: what does it show, and what do others of its album?

    The caption of one picture counts for those of its album that have none, whichever came first. A photo of which
    nothing is said is taken for the first kind that is still missing.
    """
    if not knows_kinds(form):
        return
    session, answers, number = filling.request.session, filling.answers, photo.id or 0
    said = bool(caption.strip())
    note_said(answers, [number], said=said)
    photo.kind = named(caption) if said else None
    session.add(photo)
    if photo.album is not None:
        _share_caption(session, answers, photos.of_album(session, filling.draft.id or 0, photo.album))
    session.flush()
    if photo.kind is None and not said:
        left = missing(counting(session, form, filling.draft, answers), filling.request.runtime.rules)
        photo.kind = left[0] if left else None
        session.flush()
    note_missing(session, form, filling.draft, answers, filling.request.runtime.rules)


def note_said(answers: dict[str, Any], numbers: Collection[int], *, said: bool = True) -> None:
    """Somebody has said what these photos show (or has taken it back)."""
    kept = [one for one in answers.get(CAPTIONED, []) if one not in numbers]
    answers[CAPTIONED] = [*kept, *numbers] if said else kept


def _share_caption(session: Session, answers: Answers, album: list[Photo]) -> None:
    captioned = answers[CAPTIONED]
    kind = next((one.kind for one in album if one.id in captioned and one.kind is not None), None)
    for one in album:
        if one.id not in captioned and kind is not None:
            one.kind = kind
            session.add(one)
