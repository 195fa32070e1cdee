"""The routes of this room: each with its policy."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.claims import (
    basket,
    buttons,
    cofund,
    editing,
    fits,
    household,
    joining,
    leaving,
    one,
    overview,
    release,
    several,
    taking,
)
from handlers.kit.endpoint import command, press
from handlers.kit.policy import only
from storage.people import RoleName

_REP = only(RoleName.PARTNER)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command("klaim", overview.on_claim_command, allow=_REP),
    press(buttons.Overview, overview.on_overview, allow=_REP),
    press(buttons.Wish, overview.on_wish, allow=_REP),
    press(buttons.Area, overview.on_area, allow=_REP),
    press(buttons.HouseCard, one.on_house, allow=_REP),
    press(buttons.ClaimHouse, one.on_claim, allow=_REP),
    press(buttons.ClaimWith, one.on_claim_with, allow=_REP),
    press(buttons.Several, several.on_several, allow=_REP),
    press(buttons.Preview, basket.on_preview, allow=_REP),
    press(buttons.BasketPage, basket.on_page, allow=_REP),
    press(buttons.TakeOut, editing.on_out, allow=_REP),
    press(buttons.Replace, editing.on_replace, allow=_REP),
    press(buttons.AddOne, editing.on_add, allow=_REP),
    press(buttons.ReplaceLost, editing.on_replace_lost, allow=_REP),
    press(buttons.TakeBasket, taking.on_take, allow=_REP),
    press(buttons.DropBasket, taking.on_drop, allow=_REP),
    command(["cocok", "fits"], fits.on_fits_command, allow=_REP),
    press(buttons.Fits, fits.on_fits, allow=_REP),
    press(buttons.FitsQuota, fits.on_fits_quota, allow=_REP),
    command(["danai", "cofund"], cofund.on_fund_command, allow=_REP),
    press(buttons.Funding, cofund.on_list, allow=_REP),
    press(buttons.FundingCard, cofund.on_card, allow=_REP),
    press(buttons.Fund, joining.on_fund, allow=_REP),
    press(buttons.Supports, cofund.on_supports, allow=_REP),
    press(buttons.LeaveFunding, leaving.on_leave, allow=_REP),
    press(buttons.Family, household.on_family, allow=_REP),
    command("lepas", release.on_release_command, allow=_REP),
    press(buttons.ReleaseList, release.on_list, allow=_REP),
    press(buttons.Release, release.on_release, allow=_REP),
]
