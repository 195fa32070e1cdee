"""Photos of finished work that are somewhere already: of this house before the work, or of another house."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage.alike import MOST, same_pictures
from storage.houses import House
from storage.photos import PhotoPurpose
from storage.progress import Progress


@dataclass(frozen=True)
class Reused:
    """``before``: one of them is a registration photo of this very house. ``reports``: percents of earlier reports of
    it that one came with. ``codes``: other houses that have one, at most :data:`storage.alike.MOST`."""

    before: bool
    reports: tuple[int, ...]
    codes: tuple[str, ...]


def reused(session: Session, house_id: int, photo_ids: Collection[int]) -> Reused:
    """Where photos of finished work were sent before. What was reported at 100% shows finished work, too."""
    found = same_pictures(session, photo_ids)
    own = {one for one in found if one[0] == house_id}
    others = {house for house, _, _ in found} - {house_id}
    before = any(purpose == PhotoPurpose.REGISTRATION for _, purpose, _ in own)
    numbers = {report for _, _, report in own if report is not None}
    where = (col(Progress.id).in_(numbers), col(Progress.physical) < 100)
    percents = session.exec(select(Progress.physical).where(*where))
    codes = session.exec(select(House.code).where(col(House.id).in_(others)).order_by(col(House.id)).limit(MOST))
    return Reused(before, tuple(sorted(set(percents))), tuple(codes))
