"""Partners and what they can take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from storage import closing, partners
from storage.errors import Refused
from storage.partners import FundSource, Partner, Quota
from storage.store import Store
from tests.builders import JUTA, NOW, claim, eligible, make_quota, partner


def _refused(store: Store, unit: Callable[[Session], Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        store.run(unit)
    return refused.value


def _claimed(session: Session) -> int:
    """A quota of three houses with one of them, of fifty million, claimed."""
    quota = make_quota(session, units=3, ceiling=90 * JUTA)
    claim(session, eligible(session), quota)
    return quota.id or 0


def test_a_quota_is_never_lowered_below_what_is_promised(database: Store) -> None:
    quota = database.run(_claimed)

    def change(**values: int) -> Quota:
        return database.run(lambda session: partners.change_quota(session, quota, NOW, by=None, **values))

    for values in ({"units": 0}, {"ceiling": 50 * JUTA - 1}, {"units": -1}):
        with pytest.raises(Refused) as refused:
            change(**values)
        assert (refused.value.code, refused.value.figures) == (
            "quota.below_promised", {"units": 1, "money": 50 * JUTA})
    changed = change(units=1, ceiling=50 * JUTA, house_ceiling=10 * JUTA)
    assert (changed.units_left, changed.money_left, changed.house_ceiling) == (0, 0, 10 * JUTA)
    assert _refused(database, lambda session: partners.change_quota(session, 10**9, NOW, by=None)).code == "quota.gone"


def test_partners_and_their_quotas(database: Store) -> None:
    def look(session: Session) -> None:
        baznas = partner(session, "Baznas").id or 0
        old = make_quota(session, year=2025)
        new = make_quota(session)
        assert [one.id for one in partners.quotas_of(session, baznas)] == [new.id, old.id]
        assert [one.id for one in partners.quotas_of(session, baznas, year=2025)] == [old.id]
        assert [one.name for one in partners.all_partners(session)] == ["Baznas"]

    database.run(look)
    for name in ("Baznas", "  baznas ", "BAZNAS"):
        refusal = _refused(database, lambda session, name=name: partners.add_partner(
            session, name, FundSource.BAZNAS, NOW, by=None))
        assert refusal.code == "partner.exists"


def test_partners_come_by_name_and_closed_ones_behind(database: Store) -> None:
    names = ["Cahaya", "Abadi", "Dua", "Bakti", "Esa"]

    def pages(session: Session, closed: bool) -> list[str]:
        found: list[Partner] = []
        while page := partners.page(session, after=found[-1].id or 0 if found else 0, limit=2, closed=closed):
            found += page
        return [one.name for one in found]

    def look(session: Session) -> None:
        numbers = {name: partners.add_partner(session, name, FundSource.CSR, NOW, by=None).id or 0 for name in names}
        for name in ("Abadi", "Cahaya", "Esa"):
            closing.close_partner(session, numbers[name], NOW, by=None)
        assert pages(session, True) == ["Bakti", "Dua", "Abadi", "Cahaya", "Esa"]
        assert pages(session, False) == ["Bakti", "Dua"]
        with pytest.raises(Refused) as refused:
            partners.add_partner(session, "esa", FundSource.CSR, NOW, by=None)
        assert refused.value.code == "partner.exists", "its name is kept for when it is opened again"

    database.run(look)
