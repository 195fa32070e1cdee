"""Who may use a handler, declared beside it and checked on every update, also on a press of an old button."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.people import Person, Role, RoleName


class Where(StrEnum):
    """In which chats a handler answers."""

    PRIVATE = "private"
    GROUP = "group"
    ANYWHERE = "anywhere"


@dataclass(frozen=True)
class Policy:
    """``roles`` None: no role needed; ``known`` False: not even an account."""

    roles: frozenset[RoleName] | None
    where: Where
    known: bool


def anyone(where: Where = Where.PRIVATE) -> Policy:
    """Also people without an account."""
    return Policy(None, where, known=False)


def members(where: Where = Where.PRIVATE) -> Policy:
    """Anybody with at least one role."""
    return Policy(frozenset(RoleName), where, known=True)


def only(*roles: RoleName, where: Where = Where.PRIVATE) -> Policy:
    """People with one of these roles."""
    return Policy(frozenset(roles), where, known=True)


@dataclass(frozen=True)
class Member:
    """A person with the roles in force at this update."""

    person: Person
    roles: tuple[Role, ...]
    areas: dict[int, set[str]]

    @property
    def id(self) -> int:
        """The person's id."""
        return self.person.id or 0

    def has(self, *names: RoleName) -> bool:
        """Whether one of these roles is held."""
        return any(role.name in names for role in self.roles)

    @property
    def partners(self) -> list[int]:
        """Partners whose rep this person is."""
        return [role.partner_id for role in self.roles if role.partner_id is not None]

    def kecamatan(self, name: RoleName) -> list[str] | None:
        """The kecamatan to which a role is limited; None for the whole city."""
        limits = [self.areas.get(role.id or 0) for role in self.roles if role.name == name]
        if any(limit is None for limit in limits):
            return None
        return sorted({code for limit in limits if limit for code in limit})

    def covers(self, name: RoleName, kecamatan: str) -> bool:
        """Whether a role is held and reaches a kecamatan."""
        if not self.has(name):
            return False
        limit = self.kecamatan(name)
        return limit is None or kecamatan in limit
