"""Who pays for a house: its lead, and others that add to it. Figures only, nothing of the family."""

from __future__ import annotations

from markupsafe import Markup

from handlers.kit.request import Request
from handlers.kit.texts import Texts
from storage import cofunding, partners
from storage.claims import Claim, ClaimState
from storage.contributions import Contribution, FundedPart


def lacking(request: Request, rest: int) -> list[Markup]:
    """What a claim leaves uncovered, and that others may fill it; nothing where all is covered."""
    if not rest:
        return []
    return [request.t("klaim.uncovered", money=request.money(rest)), request.t("danai.hint")]


def payer_lines(request: Request, claim: Claim) -> tuple[int, list[Markup]]:
    """Rupiah promised for a claim, and where not the lead alone pays all of it: each payer and what is uncovered.

    The lines add up to the estimate; once the house is handed over they say what each has paid, and add up to its cost.
    """
    found = cofunding.payers(request.session, claim.id or 0)
    names = partners.names_of(request.session, {quota.partner_id for _, quota in found})
    lines = [
        request.t("danai.payer.lead" if part.lead else "danai.payer", name=names[quota.partner_id],
                  money=request.money(part.amount if part.spent is None else part.spent),
                  part=part_name(request.texts, part.part))
        for part, quota in found
    ] if len(found) > 1 else []
    if claim.state == ClaimState.ACTIVE and claim.uncovered:
        lines.append(request.t("klaim.uncovered", money=request.money(claim.uncovered)))
    return sum(part.amount for part, _ in found), lines


def part_name(texts: Texts, part: FundedPart | None) -> str:
    """``atap``; "any part" where none was named."""
    return texts.label(f"funded_part.{part.value}" if part else "danai.any_part")


def amount_of(request: Request, part: Contribution) -> Markup:
    """``Rp10.000.000 (atap)``."""
    return request.t("danai.amount", money=request.money(part.amount), part=part_name(request.texts, part.part))
