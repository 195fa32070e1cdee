"""Several houses at once, neediest first: which quota, which kecamatan, how many."""

from __future__ import annotations

from typing import Any

from handlers.claims.access import chosen_quota, open_quotas, own_partner, own_quota, without_quota
from handlers.claims.basket import MOST, area_name, preview
from handlers.claims.buttons import ALL, Overview, Several
from handlers.claims.plan import Plan, plan
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.partners.figures import quota_left, quota_name
from storage import houses
from storage.houses import HouseState

_FIT = "fit"
_NUMBERS = (5, 10, 20)


def begin(request: Request, partner_id: int, *, area: str | None = None, count: int = 0) -> None:
    """Ask what is not known yet: quota (if there are several), kecamatan, how many. Then the preview."""
    preset: dict[str, Any] = {}
    if area is not None:
        preset["area"] = area
    if count:
        preset["count"] = str(count)
    # What was typed or pressed now counts, not a form left half way.
    start(request, FORM, subject=partner_id, preset=preset, fresh=True)


def on_several(request: Request) -> None:
    """From the overview or a kecamatan's list."""
    button = request.button
    assert isinstance(button, Several)
    begin(request, button.partner_id, area=None if button.area == ALL else button.area)


def _may(request: Request, partner_id: int) -> None:
    own_partner(request, partner_id)
    if not open_quotas(request, partner_id):
        raise without_quota(request, partner_id)


def _quotas(filling: Filling) -> list[Choice]:
    request = filling.request
    return [Choice(quota_name(request.texts, quota), str(quota.id))
            for quota in open_quotas(request, filling.draft.subject_id)]


def _areas(filling: Filling) -> list[Choice]:
    request = filling.request
    return [Choice(request.label("klaim.whole_city"), ALL),
            *(Choice(one.name, one.code) for one in houses.kecamatan_with(request.session, HouseState.ELIGIBLE))]


def _look(filling: Filling) -> Plan:
    """As many as the quota has units, and how far its money goes."""
    request, answers = filling.request, filling.answers
    quota = chosen_quota(request, int(answers["quota"]))
    return plan(request, quota, answers["area"], min(max(quota.units_left, 0), MOST))


def _counts(filling: Filling) -> list[Choice]:
    if not {"quota", "area"} <= filling.answers.keys():
        return []
    fits = _look(filling).fits
    choices = [Choice(str(number), str(number)) for number in _NUMBERS if number < fits]
    return [*choices, Choice(filling.request.label("klaim.as_many", count=fits), _FIT)] if fits else choices


def _count_values(filling: Filling) -> dict[str, Any]:
    looked = _look(filling)
    return {"area": area_name(filling.request, looked.area),
            "left": quota_left(filling.request, looked.quota), "fits": looked.fits}


def _count(_filling: Filling, text: str) -> str:
    return str(parse.whole(text, 1, MOST))


def _finish(filling: Filling) -> None:
    request, answers = filling.request, filling.answers
    quota = own_quota(request, int(answers["quota"]))
    count = _look(filling).fits if answers["count"] == _FIT else int(answers["count"])
    if not count:
        raise Refusal("klaim.refuse.none_fit")
    preview(request, quota, answers["area"], count)


def _after(request: Request, partner_id: int) -> Rows:
    return [[Press(request.label("klaim.button.overview"), Overview(partner_id))]]


FORM = register(Form("claim_many", (
    Question("quota", choices=_quotas, width=1, alone=True),
    Question("area", choices=_areas),
    Question("count", choices=_counts, parse=_count, values=_count_values, width=3),
), _finish, _may, summary=False, after=_after))
