"""The turn of the year in Jakarta: last year's quotas close to new claims, and everything else goes on under them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage import budgets, cofunding, handover, partners
from storage.errors import Refused
from tests.builders import JUTA, at_once, build
from tests.handlers.stage import Stage, open_card, report
from tests.handlers.transfer_steps import ask_for, refer, tick
from tests.world import Actor

BEFORE, AFTER = datetime(2026, 12, 31, 16, 59, tzinfo=UTC), datetime(2026, 12, 31, 17, 1, tzinfo=UTC)
"""A minute before and after midnight in Jakarta."""
MORNING = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)
"""07.00 WIB."""


def told(actor: Actor) -> list[str]:
    return [one.text for one in actor.seen if "Tahun 20" in one.text]


def test_told_once_with_what_is_carried_over(stage: Stage) -> None:
    for name, claimed in (("Baznas", 2), ("DPKPP", 0)):
        quota = stage.quota(name)
        stage.held_by(quota, claimed) if claimed else None
    stage.world.now = BEFORE
    assert tick(stage, "turn_of_year") == 0
    stage.world.now = AFTER
    assert tick(stage, "turn_of_year") == 0, "nobody is woken"
    stage.world.now = MORNING
    assert [tick(stage, "turn_of_year"), tick(stage, "turn_of_year")] == [2, 0]
    assert "Yang masih berjalan dengan kuota itu: 2 rumah, Rp100.000.000" in told(stage.budi)[0]
    assert "tidak ada yang terbawa" in told(stage.dani)[0]
    assert told(stage.citra) == [], "it had no quota"
    (admin,) = told(stage.admin)
    for line in ("• Baznas: 2 rumah, Rp100.000.000", "• DPKPP: tidak ada yang terbawa", "/mitra"):
        assert line in admin
    assert [len(told(one)) for one in (stage.budi, stage.dani)] == [1, 1]


def test_told_once_after_an_outage_of_a_week(stage: Stage) -> None:
    stage.held_by(stage.quota("Baznas"), 1)
    stage.world.now = datetime(2027, 1, 8, 1, 0, tzinfo=UTC)
    assert [tick(stage, "turn_of_year"), tick(stage, "turn_of_year")] == [1, 0]
    assert "Tahun 2027 dimulai" in told(stage.budi)[0]


def test_two_processes_close_the_year_once(stage: Stage) -> None:
    stage.quota("Baznas")
    found = at_once(stage.store, *[lambda session: budgets.close_past(session, 2027, MORNING)] * 2)
    assert sorted(len(one) for one in found) == [0, 1]


@pytest.mark.parametrize(("now", "claimed"), [(BEFORE, True), (AFTER, False)])
def test_a_claim_at_the_stroke_of_midnight(stage: Stage, now: datetime, claimed: bool) -> None:
    """The clock closes the quota in the morning; it takes no new house from midnight on."""
    stage.quota("Baznas")
    code = stage.houses(1)[0]
    stage.world.now = BEFORE
    open_card(stage.budi, code)
    card = stage.budi.last
    stage.world.now = now
    stage.budi.presses("✅ Klaim", on=card)
    assert stage.state(code) == ("claimed" if claimed else "eligible")
    if not claimed:
        assert "Belum ada kuota tahun 2027" in stage.budi.toast + stage.budi.last.text
        quota = stage.quota("Baznas", year=2027)
        open_card(stage.budi, code)
        stage.budi.presses("✅ Klaim")
        assert stage.left(quota)[0] == 9


def test_last_years_claims_go_on_under_their_quota(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    work, gives, done = stage.houses(3)
    made = {one: stage.claimed(one, quota) for one in (work, gives, done)}
    stage.store.run(lambda session: build(session, made[done]))
    stage.world.now = MORNING
    tick(stage, "turn_of_year")
    report(stage.budi, work, "40")
    assert stage.held(work).physical == 40
    stage.budi.says("/lepas")
    stage.budi.presses(gives)
    stage.budi.says("tidak jadi")
    stage.budi.presses("Ya, lepas")
    assert stage.left(quota) == (8, 400 * JUTA)
    number = made[done].id or 0
    stage.store.run(lambda session: handover.hand_over(session, number, 60 * JUTA, stage.world.now, by=None))
    settled = stage.store.run(lambda session: partners.fresh(session, quota))
    assert (settled.units_spent, settled.spent, settled.reserved) == (1, 60 * JUTA, 50 * JUTA), "there was room in it"
    assert settled.closed_at is not None


def test_no_new_money_from_a_closed_quota(stage: Stage) -> None:
    lead, helper = stage.quota("Baznas", house_ceiling=30 * JUTA), stage.quota("DPKPP")
    code = stage.houses(1)[0]
    number = stage.claimed(code, lead).id or 0
    stage.world.now = MORNING
    tick(stage, "turn_of_year")
    with pytest.raises(Refused, match=r"quota\.closed"):
        stage.store.run(lambda session: cofunding.join(session, number, helper, JUTA, MORNING, by=None))
    assert stage.left(helper) == (10, 500 * JUTA)


@pytest.mark.parametrize("closed", [True, False])
def test_a_house_moves_to_a_quota_of_the_new_year_only(stage: Stage, code: str, closed: bool) -> None:
    """What was asked for with last year's quota is refused, whether or not the clock has looked."""
    stage.quota("DPKPP")
    stage.world.now = BEFORE
    ask_for(stage.dani, code)
    stage.world.now = MORNING if closed else AFTER
    tick(stage, "turn_of_year")
    asked = next(one for one in stage.budi.seen if "meminta rumah" in one.text)
    stage.budi.presses("Terima", on=asked)
    assert "Kuota tahun 2026 sudah ditutup" in asked.text
    assert "Tidak ada yang berubah" in asked.text
    stage.dani.presses("Tarik permintaan")
    refer(stage.budi, code, "DPKPP")
    stage.dani.presses("Terima")
    assert "Belum ada kuota tahun 2027. Hubungi admin." in stage.dani.last.text
    quota = stage.quota("DPKPP", year=2027)
    stage.dani.presses("Terima")
    stage.dani.presses("Ya, dengan Kuota 2027")
    assert stage.held(code).partner_id == stage.partner("DPKPP")
    assert stage.left(quota)[0] == 9
