"""Is it a house that is known already? Asked as soon as an answer says so, and judged by whoever stands before it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.cards import code_link, place_of
from handlers.kit import format as fmt
from handlers.kit.form import Answers, Choice, Filling, Question, Takes
from handlers.kit.texts import join
from storage import households, houses
from storage.alike import Suspect, suspects
from storage.events import record
from storage.houses import House
from storage.people import Person, RoleName

SUSPECTS, JUDGED, SHARES_WITH = "suspects", "judged", "shares_with"
"""Notes in the answers: [[house id, reasons, metres or None], …] to be judged; ids that were; the building shared."""

_ANOTHER, _FAMILY, _SAME = "n", "f", "s"
_WATCHED = frozenset({"nik", "family_card", "head_name", "pin", ""})
_MOST = 3


def look(filling: Filling, key: str) -> None:
    """After an answer: does it point to a house that is known? ``key`` empty: everything is answered."""
    if key == "same":
        _judged(filling)
    elif key in _WATCHED and (key or not filling.draft.subject_id):
        answers = filling.answers
        lat, lon = answers.get("pin") or (None, None)
        found = suspects(
            filling.request.session, nik=answers.get("nik"), family_card=answers.get("family_card"),
            head_name=answers.get("head_name"), lat=lat, lon=lon, photo_ids=answers.get("photos") or [],
            exclude_house=filling.draft.subject_id or None,
        )
        open_ = [one for one in found if one.house_id not in answers.get(JUDGED, ())][:_MOST]
        before = {one[0] for one in answers.get(SUSPECTS, [])}
        for one in open_:
            if one.house_id not in before:
                record(filling.request.session, "read.household", filling.request.now, actor=filling.request.me.id,
                       house=one.house_id, fields=["match"])
        _note(answers, open_)


def _note(answers: Answers, found: list[Suspect]) -> None:
    noted = [[one.house_id, [str(reason) for reason in one.reasons], one.metres] for one in found]
    if noted != answers.get(SUSPECTS, []):
        answers.pop("same", None)
    answers[SUSPECTS] = noted


def _judged(filling: Filling) -> None:
    answers = filling.answers
    verdict, house_id = _read(answers["same"])
    if verdict == _SAME:
        return  # one more question before anything is thrown away
    answers[JUDGED] = [*answers.get(JUDGED, []), *(one[0] for one in answers[SUSPECTS])]
    if verdict == _FAMILY:
        answers[SHARES_WITH] = house_id
    answers[SUSPECTS] = []
    answers.pop("same")


def _read(value: str) -> tuple[str, int]:
    return value[0], int(value[1:] or 0)


def _choices(filling: Filling) -> list[Choice]:
    request = filling.request
    known = houses.some(request.session, [one[0] for one in filling.answers[SUSPECTS]])
    # A house that has its code is judged by the verifier, who sees the likeness on the card, too.
    verdicts = [(_FAMILY, "family")] if filling.draft.subject_id else [(_SAME, "same"), (_FAMILY, "family")]
    found = [Choice(request.label(f"same.{name}", code=house.code), f"{verdict}{house.id}")
             for house in known for verdict, name in verdicts]
    return [*found, Choice(request.label("same.another"), _ANOTHER)]


def _values(filling: Filling) -> dict[str, Any]:
    request, noted = filling.request, {one[0]: one for one in filling.answers[SUSPECTS]}
    known = houses.some(request.session, list(noted))
    return {"known": join([_beside(filling, house, *noted[house.id or 0][1:]) for house in known], "\n\n")}


def _beside(filling: Filling, house: House, reasons: list[str], metres: int | None) -> Markup:
    """What is enough to judge. Whoever may see more opens the card by its code."""
    request = filling.request
    surveyor = request.session.get(Person, house.surveyor_id)
    lines = [request.t("same.house", code=code_link(request, house), state=request.label(f"state.{house.state}"),
                       place=place_of(request, house), by=surveyor.name if surveyor else "–",
                       day=fmt.date(house.registered_at.astimezone(request.runtime.zone).date(), request.locale))]
    family = households.of_house(request.session, house.id or 0)
    if family is not None and request.me.covers(RoleName.SURVEYOR, house.kecamatan_code):
        lines.append(request.t("same.initials", initials=_initials(family.head_name)))
    return join([*lines, *(request.t(f"same.reason.{reason}", metres=metres or 0) for reason in reasons)])


def _initials(name: str) -> str:
    """``C. A.``: enough to tell two families apart, too little to know one."""
    return " ".join(f"{word[0]}." for word in name.split() if word[0].isalpha())


def _drop_values(filling: Filling) -> dict[str, Any]:
    _, house_id = _read(filling.answers["same"])
    return {"code": code_link(filling.request, houses.get(filling.request.session, house_id))}


def _drop_choices(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label(f"form.house.drop.{one}"), one) for one in ("yes", "no")]


def _dropped(filling: Filling, value: Any) -> bool:
    if value == "yes":
        filling.request.edit(filling.request.t("same.dropped", **_drop_values(filling)))
    return bool(value == "yes")


def _is_same(answers: Answers) -> bool:
    return str(answers.get("same", "")).startswith(_SAME)


SAME = Question("same", Takes.CHOICE, choices=_choices, values=_values, width=1, clears=("drop",),
                when=lambda answers: bool(answers.get(SUSPECTS)))
DROP = Question("drop", Takes.CHOICE, choices=_drop_choices, values=_drop_values, width=1, when=_is_same,
                upon=_dropped, clears=("same",))
