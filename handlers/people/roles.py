"""Roles in words: which role, for which partner, in which kecamatan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from handlers.kit.texts import Texts
from storage import partners, people, regions
from storage.people import Role, RoleName

FEW = 4
"""So many kecamatan are named where there is little room; more are counted."""


@dataclass(frozen=True)
class Post:
    """A role with its names looked up, in no language yet. ``areas``: names of kecamatan, none for the whole city."""

    name: RoleName
    partner: str | None = None
    areas: tuple[str, ...] = ()

    def title(self, texts: Texts) -> str:
        """``Petugas survei``, ``Mitra Baznas``."""
        return texts.label(f"role.{self.name}", partner=self.partner or "")

    def shown(self, texts: Texts) -> str:
        """With the kecamatan, counted where they are many."""
        if len(self.areas) > FEW:
            return texts.label("role.in_many", role=self.title(texts), n=len(self.areas))
        return self.full(texts)

    def full(self, texts: Texts) -> str:
        """With all kecamatan."""
        if self.areas:
            return texts.label("role.in_areas", role=self.title(texts), areas=", ".join(self.areas))
        if self.name in LIMITABLE:
            return texts.label("role.whole_city", role=self.title(texts))
        return self.title(texts)


LIMITABLE = (RoleName.SURVEYOR, RoleName.VERIFIER)
"""Roles that may be limited to some kecamatan."""


def posts(session: Session, roles: list[Role]) -> list[Post]:
    """Roles with their names, in three queries however many there are."""
    limits = people.areas_of(session, [role.id or 0 for role in roles])
    return resolve(session, [(role.name, role.partner_id, limits.get(role.id or 0, ())) for role in roles])


def resolve(session: Session, wanted: Sequence[tuple[RoleName, int | None, Collection[str]]]) -> list[Post]:
    """Role, partner and kecamatan codes with their names, in two queries."""
    named = partners.names_of(session, {partner for _, partner, _ in wanted if partner is not None})
    places = regions.all_kecamatan(session) if any(areas for _, _, areas in wanted) else []
    return [
        Post(name, named.get(partner or 0), tuple(place.name for place in places if place.code in areas))
        for name, partner, areas in wanted
    ]
