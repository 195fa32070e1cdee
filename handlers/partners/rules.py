"""Which houses a partner may take: switches and two values on one screen, changed together with one press."""

from __future__ import annotations

from typing import Any

from handlers.kit import parse
from handlers.kit.filling import start
from handlers.kit.form import AGAIN, Answers, Choice, Filling, Form, Question, register
from handlers.kit.request import Request
from handlers.partners import areas
from handlers.partners.buttons import PartnerRules
from handlers.partners.figures import RULES, area_names, areas_said, rules_words
from handlers.partners.forms import admin
from handlers.partners.screens import partner_card
from storage import fitting, partners
from storage.partners import Partner
from storage.people import RoleName

_WHICH, _MOST, _SAVE, _ANY, _SHOWN = "which", "most", "save", "any", "shown"


def _rules(partner: Partner) -> Answers:
    """As the form keeps them."""
    return {areas.KEY: list(partner.rule_areas), _MOST: partner.rule_most or _ANY,
            **{name: bool(getattr(partner, f"rule_{name}")) for name in RULES}}


def _begin(request: Request, subject: int) -> Answers:
    """What holds now, and once more beside it: two admins may be changing different rules."""
    now = _rules(partners.get(request.session, subject))
    return {**now, areas.TICKED: now[areas.KEY], _SHOWN: now}


def _most(filling: Filling, value: Any) -> str:
    return filling.request.label("mitra.no_house_ceiling") if value == _ANY else filling.request.money(int(value))


def _which(filling: Filling) -> list[Choice]:
    request, answers = filling.request, filling.answers
    return [
        *(Choice(("☑ " if answers[name] else "☐ ") + _begun(request.label(f"mitra.rule.{name}")), name)
          for name in RULES),
        Choice(request.label("mitra.rules.most", money=_most(filling, answers.get(_MOST, _ANY))), _MOST),
        Choice(request.label("mitra.rules.areas", areas=areas_said(request, answers.get(areas.KEY, []))), areas.KEY),
        Choice(request.label("form.button.save"), _SAVE),
    ]


def _begun(words: str) -> str:
    """With a capital letter, as a label begins."""
    return words[:1].upper() + words[1:]


def _check(filling: Filling, key: str) -> None:
    """A switch turns, a value is asked for; only "save" is an answer."""
    areas.settle(filling, key)
    answers = filling.answers
    if key != _WHICH or answers[_WHICH] == _SAVE:
        return
    chosen = answers.pop(_WHICH)
    if chosen in RULES:
        answers[chosen] = not answers[chosen]
    else:
        answers[AGAIN] = [chosen]


def _asked(key: str) -> Any:
    return lambda answers: key in answers.get(AGAIN, ()) or key not in answers


def _values(filling: Filling) -> dict[str, Any]:
    return {"name": partners.get(filling.request.session, filling.draft.subject_id).name}


def _any(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("mitra.button.no_most"), _ANY)]


def _finish(filling: Filling) -> None:
    """Write what was changed here, on top of what holds now."""
    request, answers, partner_id = filling.request, filling.answers, filling.draft.subject_id
    partner = request.session.get(Partner, partner_id, populate_existing=True, with_for_update=True)
    assert partner is not None
    now = _rules(partner)
    wanted = {key: answers[key] if answers[key] != answers[_SHOWN][key] else value for key, value in now.items()}
    if wanted != now:
        fitting.set_rules(
            request.session, partner_id, request.now, by=request.me.id, areas=wanted[areas.KEY],
            most=None if wanted[_MOST] == _ANY else int(wanted[_MOST]),
            **{name: wanted[name] for name in RULES},
        )
        request.session.refresh(partner)
        names = area_names(request, partner.rule_areas)
        request.tell_all(RoleName.PARTNER, "mitra.told.rules", partner_id=partner_id, name=partner.name,
                         rules=lambda theirs: rules_words(theirs, partner, names))
    request.edit(*partner_card(request, partner_id))


RULES_FORM = register(Form("partner_rules", (
    areas.question(_values, _asked(areas.KEY)),
    Question(_MOST, parse=lambda _filling, text: parse.money(text), show=_most, choices=_any, values=_values,
             when=_asked(_MOST)),
    Question(_WHICH, choices=_which, values=_values, width=1),
), _finish, admin, summary=False, begin=_begin, check=_check))


def on_rules(request: Request) -> None:
    """The screen of a partner's rules, as they are now."""
    button = request.button
    assert isinstance(button, PartnerRules)
    partners.get(request.session, button.partner_id)
    start(request, RULES_FORM, subject=button.partner_id, fresh=True)
