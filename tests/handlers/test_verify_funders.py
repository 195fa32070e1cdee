"""What only some partners ask may still be answered while an approved house waits for one."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from storage import checklist, fitting, houses
from storage.checklist import Item
from storage.people import RoleName
from storage.rules import DEFAULTS
from tests.builders import SETU, history, partner
from tests.handlers.stage import Stage

MUSTAHIK = "Mustahik (syarat sebagian mitra)"


def answered(stage: Stage, code: str) -> str | None:
    number = stage.house(code).id or 0
    mark = stage.store.run(lambda session: checklist.of_house(session, number)).get(Item.MUSTAHIK)
    return mark.verdict.value if mark else None


@pytest.mark.parametrize(("label", "verdict", "sign"), [("✓ Ya", "yes", "✓"), ("✗ Tidak", "no", "✗"),
                                                        ("? Belum tahu", "unknown", "?")])
def test_an_approved_house_is_asked_just_this(stage: Stage, label: str, verdict: str, sign: str) -> None:
    code = stage.houses(1)[0]
    version = stage.house(code).version
    stage.vera.says(code)
    card = stage.vera.card
    assert f"– {MUSTAHIK}" in card.buttons
    assert not any("Daftar periksa" in one for one in card.buttons), "the rest of the list was decided on"
    stage.vera.presses(MUSTAHIK)
    assert "berhak menerima zakat" in card.text
    assert card.buttons == ["✓ Ya", "✗ Tidak", "? Belum tahu", "‹ Kembali ke rumah"]
    stage.vera.presses(label)
    assert f"{sign} {MUSTAHIK}" in card.buttons
    assert answered(stage, code) == verdict
    assert (stage.state(code), stage.house(code).version) == ("eligible", version), "it keeps its place"
    number = stage.house(code).id or 0
    told = [one.data for one in stage.store.run(lambda session: history(session, number)) if
            one.kind == "house.checked"]
    assert told == [{"fields": ["mustahik"]}]


def test_a_partner_that_takes_mustahik_only_may_take_it_then(stage: Stage) -> None:
    code = stage.houses(1)[0]

    def misfits(session: Session) -> object:
        baznas = partner(session)
        baznas.rule_mustahik = True
        house = houses.get(session, stage.house_id(session, code))
        return fitting.misfits(session, baznas, None, [house], stage.world.now, DEFAULTS)

    assert stage.store.run(misfits)
    stage.vera.says(code)
    stage.vera.presses(MUSTAHIK)
    stage.vera.presses("✓ Ya")
    assert stage.store.run(misfits) == {}


def test_other_items_stay_decided_and_other_kecamatan_closed(stage: Stage) -> None:
    code, other = stage.houses(1)[0], stage.houses(1, kecamatan=SETU)[0]
    wati = stage.world.actor("Wati", 7_100_000_070, RoleName.VERIFIER, areas=[SETU])
    stage.vera.says(code)
    stage.vera.presses(MUSTAHIK)
    mine = stage.vera.card.data("✓ Ya")
    stage.vera.presses_data(mine.replace(":mustahik:", ":land:"), stage.vera.card)
    wati.says(other)
    wati.presses_data(mine, wati.card)
    assert stage.events("house.checked") == []
    assert stage.store.run(lambda session: [checklist.of_house(session, number) for number in (1, 2)]) == [{}, {}]


def test_once_a_partner_has_it_the_question_is_closed(stage: Stage) -> None:
    code = stage.houses(1)[0]
    stage.vera.says(code)
    stage.vera.presses(MUSTAHIK)
    card = stage.vera.card
    stage.claimed(code, stage.quota())
    stage.vera.presses("✓ Ya", card)
    assert answered(stage, code) is None
    stage.vera.says(code)
    assert not any(MUSTAHIK in one for one in stage.vera.card.buttons)
