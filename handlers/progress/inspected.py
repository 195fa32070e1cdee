"""What a verifier is shown of finished work: each view before and after, and what speaks against it."""

from __future__ import annotations

from markupsafe import Markup

from handlers.album import show_album
from handlers.kit import format as fmt
from handlers.kit.request import Request
from handlers.progress.proof import pairs, show_pair
from handlers.registration.photo_places import FAR_METRES, distance
from storage import photos, progress
from storage.claims import Claim
from storage.houses import House
from storage.reused import reused

_BEFORE, _AFTER = 2, 4
"""Photos shown of the house before, and of the work, where none were asked for view by view."""


def show_proof(request: Request, claim: Claim, house: House) -> None:
    """Before and after in one message for each view; of work reported without such photos, what there is."""
    said = progress.last_finish(request.session, claim.id or 0)
    found = pairs(request, claim, said)
    if any(pair.after is not None for pair in found):
        for pair in found:
            show_pair(request, pair)
        return
    before = photos.of_house(request.session, house.id or 0)[-_BEFORE:]
    show_album(request, before, request.t("progres.photo.before", code=house.code))
    show_album(request, progress.photos_of(request.session, claim.id or 0, _AFTER),
               request.t("progres.photo", code=house.code))


def doubts(request: Request, claim: Claim) -> list[Markup]:
    """Where the work was reported from, and photos that were sent before: this house's or another's. Looked up now,
    for the pictures are compared a little after they came."""
    said = progress.last_finish(request.session, claim.id or 0)
    if said is None:
        return []
    lines = []
    if said.pin_metres is not None:
        far = said.pin_metres > FAR_METRES
        lines.append(request.t("progres.pin.far" if far else "progres.pin.near",
                               distance=distance(said.pin_metres, request.locale)))
    own = [one.id or 0 for one in progress.photos_at(request.session, said.id or 0)]
    found = reused(request.session, claim.house_id, own) if own else None
    if found is None:
        return lines
    if found.before:
        lines.append(request.t("progres.reused.before"))
    if found.reports:
        percents = ", ".join(fmt.percent(one, request.locale) for one in found.reports)
        lines.append(request.t("progres.reused.report", percents=percents))
    if found.codes:
        lines.append(request.t("progres.reused.others", codes=", ".join(found.codes)))
    return lines
