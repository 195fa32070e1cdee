"""The house before and after the work, view by view: asked for, shown to the verifier, put in the BAST."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from handlers.album import show_captioned
from handlers.kit.request import Request
from storage import photos, progress
from storage.claims import Claim
from storage.photos import Photo, PhotoKind
from storage.progress import Progress


@dataclass(frozen=True)
class Pair:
    """One view of the house; None where there is no photo of it."""

    kind: PhotoKind
    before: Photo | None
    after: Photo | None


def views_before(request: Request, house_id: int) -> dict[PhotoKind, Photo]:
    """The newest registration photo of each kind; those of which nobody has said what they show count as others."""
    return _newest(photos.of_house(request.session, house_id))


def _newest(found: list[Photo]) -> dict[PhotoKind, Photo]:
    by_kind = {one.kind or PhotoKind.OTHER: one for one in found}
    return {kind: by_kind[kind] for kind in PhotoKind if kind in by_kind}


def pairs(request: Request, claim: Claim, said: Progress | None) -> list[Pair]:
    """Each view with its photo of before and of after. ``said``: the report of the finished work."""
    before = views_before(request, claim.house_id)
    after = _newest(progress.photos_at(request.session, said.id or 0)) if said is not None else {}
    return [Pair(kind, before.get(kind), after.get(kind)) for kind in PhotoKind if kind in before or kind in after]


def before_words(request: Request, kind: PhotoKind) -> Markup:
    """``Sebelum · atap``."""
    return request.t("progres.pair.before", kind=request.label(f"photo.short.{kind}"))


def after_words(request: Request, kind: PhotoKind) -> Markup:
    """``Sesudah · atap``."""
    return request.t("progres.pair.after", kind=request.label(f"photo.short.{kind}"))


def show_pair(request: Request, pair: Pair) -> None:
    """Before and after in one message."""
    both = [(pair.before, before_words(request, pair.kind)), (pair.after, after_words(request, pair.kind))]
    show_captioned(request, [(photo, words) for photo, words in both if photo is not None])
