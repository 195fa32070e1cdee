"""Rows of people, partners, pages and settings that somebody else changes between a look and a write."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, col, select

from storage import checklist, drafts, erasing, handover, meta, people, scans
from storage.checklist import Checkmark, Item, Verdict
from storage.dropped import DroppedFile
from storage.errors import Refused
from storage.photos import PhotoState
from storage.scans import Media, Scan
from storage.store import Store
from tests.builders import NOW, SARI, SETU, VERA, build, claim, eligible, make_quota, person
from tests.storage.test_overtaken import overtaken

pytestmark = pytest.mark.parametrize("backend", ["postgres"], indirect=True)


def _role(store: Store) -> int:
    return store.run(lambda session: people.roles_of(session, person(session, VERA).id or 0)[0].id or 0)


def _areas(store: Store, role: int) -> set[str]:
    return store.run(lambda session: people.areas_of(session, [role]).get(role, set()))


def test_the_kecamatan_of_a_role_that_has_just_ended(database: Store) -> None:
    role = _role(database)
    with overtaken(database, "FOR UPDATE", lambda session: people.revoke(session, role, NOW, by=None)), \
            pytest.raises(Refused, match="role.gone"):
        # The caller has shown the role before.
        database.run(lambda session: (people.roles_of(session, person(session, VERA).id or 0),
                                      people.change_areas(session, role, [SETU], NOW, by=None)))
    assert _areas(database, role) == set()


def test_two_admins_set_the_first_ceiling(database: Store) -> None:
    """Neither fails: the later one counts."""
    with overtaken(database, "INTO meta", lambda session: meta.put(session, "house_ceiling", "60000000")):
        database.run(lambda session: meta.put(session, "house_ceiling", "70000000"))
    assert database.run(meta.house_ceiling) == 70_000_000

    def later(session: Session) -> int:
        before = meta.house_ceiling(session)
        meta.put(session, "house_ceiling", str(before + 1))
        return meta.house_ceiling(session)

    assert database.run(later) == 70_000_001


@pytest.mark.parametrize("way", ["form", "family"])
def test_a_page_stored_just_as_it_is_thrown_away(database: Store, way: str) -> None:
    """Whoever throws it away has looked at it before: its file must go all the same."""
    def make(session: Session) -> tuple[int, int]:
        sari = person(session, SARI).id or 0
        draft, _ = drafts.open_draft(session, sari, 1, "bast", NOW)
        page = scans.add(session, sari, 1, Media.PDF, "file", "unique", NOW, draft_id=draft.id or 0)
        assert page is not None
        if way == "family":
            page.draft_id, page.claim_id = None, _handed(session)
        return page.id or 0, (page.draft_id if way == "form" else page.claim_id) or 0

    number, of = database.run(make)

    def throw_away(session: Session) -> Any:
        seen = session.get(Scan, number)  # held on to, as a list on a screen is
        if way == "form":
            scans.forget_draft(session, of)
        else:
            scans.erase(session, [of])
        return seen

    with overtaken(database, "FOR UPDATE", lambda session: scans.fetched(session, number, "a" * 64)):
        database.run(throw_away)
    page = database.run(lambda session: session.get_one(Scan, number))
    assert (page.state, page.key) == (PhotoState.REJECTED, None)
    assert database.run(lambda session: session.exec(select(DroppedFile.key)).all()) == ["a" * 64]


def _handed(session: Session) -> int:
    made = build(session, claim(session, eligible(session), make_quota(session)))
    return handover.hand_over(session, made.id or 0, 1, NOW, by=None).id or 0


def test_an_answer_about_a_family_that_is_just_erased(database: Store) -> None:
    """Nothing said about the family may come after its erasure."""
    house, vera = database.run(lambda session: (eligible(session).id or 0, person(session, VERA).id or 0))
    erase = lambda session: erasing.erase(session, house, NOW, by=None, reason=erasing.Reason.FAMILY)  # noqa: E731
    with overtaken(database, "FROM checkmark", erase), pytest.raises(Refused, match="house.erased"):
        database.run(lambda session: (checklist.of_house(session, house), checklist.put(
            session, house, Item.MUSTAHIK, Verdict.YES, NOW, by=vera)))
    assert database.run(lambda session: session.exec(
        select(Checkmark.item).where(col(Checkmark.house_id) == house)).all()) == []
