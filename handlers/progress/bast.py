"""The handover record (BAST) as a document: what was done, what it cost and who pays, before and after, and where to
sign. It holds nothing about the family: whoever signs writes that by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers.album import note_sent
from handlers.kit import format as fmt
from handlers.kit.request import Request
from handlers.progress.proof import Pair, after_words, before_words, pairs
from storage import cofunding, handover, meta, partners, progress, regions
from storage.claims import Claim
from storage.houses import House
from storage.photos import Photo


def send_record(request: Request, claim: Claim, house: House) -> None:
    """Queue the document below the card."""
    row = request.document(record(request, claim, house), f"BAST-{house.code}.pdf",
                           request.t("bast.caption", code=house.code))
    note_sent(request, house.id, row)


def record(request: Request, claim: Claim, house: House) -> dict[str, Any]:
    """The document, for ``bot.documents.draw``. Rupiah in whole figures."""
    label, city = request.label, meta.get(request.session, "city_name") or ""
    cost = claim.bast_cost or 0
    lead = partners.get(request.session, claim.partner_id).name
    kelurahan, kecamatan = regions.place_of(request.session, house.kelurahan_code)
    views = pairs(request, claim, progress.last_finish(request.session, claim.id or 0))
    moment = fmt.date_time(request.now, request.runtime.zone, request.runtime.zone_label, request.locale)
    return {
        "title": label("bast.title"),
        "subtitle": label("bast.number", code=house.code, year=request.today.year, city=city),
        "sections": [
            {"heading": label("bast.house"), "rows": [
                [label("bast.code"), house.code], [label("bast.kelurahan"), kelurahan],
                [label("bast.kecamatan"), kecamatan]]},
            {"heading": label("bast.money"), "rows": [
                *_shares(request, claim, cost), [label("bast.cost"), request.money(cost)]]},
            {"heading": label("bast.dates"), "rows": [
                [label("bast.claimed"), _day(request, claim.claimed_at)],
                [label("bast.begun"), _day(request, progress.begun_at(request.session, claim.id or 0))],
                [label("bast.finished"), _day(request, claim.finished_at)],
                [label("bast.today"), _day(request, request.now)]]},
            *([{"heading": label("bast.photos"), "pictures": [_side_by_side(request, pair) for pair in views]}]
              if views else []),
        ],
        "closing": label("bast.closing"),
        "signatures": [label("bast.sign.family"), label("bast.sign.partner", name=lead),
                       label("bast.sign.office", city=city)],
        "footer": label("bast.footer", at=moment, code=house.code),
        "page": label("data.pdf.page", page="{page}", pages="{pages}"),
    }


def _shares(request: Request, claim: Claim, cost: int) -> list[list[str]]:
    """Each partner with what it pays, the lead first. One that pays nothing stands there, too: it did the work."""
    payers = cofunding.payers(request.session, claim.id or 0)
    share = handover.shares([part for part, _ in payers], cost)
    names = partners.names_of(request.session, {quota.partner_id for _, quota in payers})
    return [[request.label("bast.lead" if part.lead else "bast.cofunder", name=names.get(quota.partner_id, "")),
             request.money(share[part.id or 0])] for part, quota in payers]


def _day(request: Request, moment: datetime | None) -> str:
    if moment is None:
        return "–"
    return fmt.date(moment.astimezone(request.runtime.zone).date(), request.locale)


def _side_by_side(request: Request, pair: Pair) -> list[dict[str, Any]]:
    return [_picture(pair.before, str(before_words(request, pair.kind))),
            _picture(pair.after, str(after_words(request, pair.kind)))]


def _picture(photo: Photo | None, caption: str) -> dict[str, Any]:
    return {"_file": photo.key if photo is not None else None, "caption": caption}
