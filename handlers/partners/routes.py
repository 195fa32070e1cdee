"""The routes of this room: each with its policy."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit.endpoint import command, press
from handlers.kit.policy import only
from handlers.partners import buttons, closing, forms, rules, screens, years
from storage.people import RoleName

_ADMIN = only(RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command("mitra", screens.on_partners, allow=_ADMIN),
    press(buttons.PartnerList, screens.on_list, allow=_ADMIN),
    press(buttons.PartnerCard, screens.on_partner, allow=_ADMIN),
    press(buttons.QuotaCard, screens.on_quota, allow=_ADMIN),
    press(buttons.AddPartner, forms.on_add_partner, allow=_ADMIN),
    press(buttons.AddQuota, forms.on_add_quota, allow=_ADMIN),
    press(buttons.ChangeQuota, forms.on_change, allow=_ADMIN),
    press(buttons.CityCeiling, forms.on_city_ceiling, allow=_ADMIN),
    press(buttons.CloseQuota, years.on_close, allow=_ADMIN),
    press(buttons.OpenQuota, closing.on_open_quota, allow=_ADMIN),
    press(buttons.ClosePartner, closing.on_close_partner, allow=_ADMIN),
    press(buttons.OpenPartner, closing.on_open_partner, allow=_ADMIN),
    press(buttons.PartnerRules, rules.on_rules, allow=_ADMIN),
    press(buttons.CopyQuotas, years.on_copy, allow=_ADMIN),
    press(buttons.CopyAll, years.on_copy_all, allow=_ADMIN),
]
