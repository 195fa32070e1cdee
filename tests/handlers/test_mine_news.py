"""Whoever registered a house hears what becomes of it: each step once, in their language, nothing about the family."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from storage import people
from storage.people import Person, RoleName
from tests import builders
from tests.builders import JUTA, SARI
from tests.handlers.stage import Stage, bast, finish, report


def _of_sari(stage: Stage, **values: Any) -> None:
    """Something about Sari is different."""
    def change(session: Session) -> None:
        sari = builders.person(session, SARI)
        for name, value in values.items():
            setattr(sari, name, value)
        session.add(sari)

    stage.store.run(change)


def _without_role(session: Session) -> None:
    for role in people.roles_of(session, builders.person(session, SARI).id or 0):
        people.revoke(session, role.id or 0, builders.NOW, by=None)


def _whole_way(stage: Stage, code: str) -> None:
    """Claimed, begun, finished, handed over."""
    stage.budi.says(code)
    stage.budi.presses("✅ Klaim")
    report(stage.budi, code)
    finish(stage.budi, code)
    stage.vera.says("/verifikasi")
    stage.vera.presses("Pekerjaan selesai")
    stage.vera.presses("Konfirmasi selesai")
    stage.budi.says("/progres")
    stage.budi.presses(code)
    bast(stage.budi, code, "50 juta")
    assert stage.state(code) == "handed_over"


def test_each_step_once(stage: Stage) -> None:
    stage.quota("Baznas")
    code = stage.houses(1, head_name="Contoh Rahasia", address="Gg. Rahasia")[0]
    _whole_way(stage, code)
    said = [one.text for one in stage.sari.seen]
    assert len(said) == 4
    for text, words in zip(said, ("diklaim Baznas", "mulai dikerjakan oleh Baznas",
                                  "sudah selesai dikerjakan", "sudah diserahterimakan"), strict=True):
        assert words in text
        assert f"{code} (Bambu Apus, Pamulang)" in text
        assert "Rahasia" not in text
    stage.sari.presses(f"Buka {code}")
    assert "Contoh Rahasia" in stage.sari.card.text


def test_in_the_readers_language(stage: Stage) -> None:
    stage.quota("Baznas")
    _of_sari(stage, locale="en")
    code = stage.houses(1)[0]
    _whole_way(stage, code)
    said = [one.text for one in stage.sari.seen]
    for text, words in zip(said, ("is claimed by Baznas", "has begun, by Baznas", "is finished by Baznas",
                                  "is handed over by Baznas"), strict=True):
        assert words in text
    assert stage.sari.last.buttons == [f"Open {code}"]


def test_a_first_report_of_nothing_is_no_beginning(stage: Stage, code: str) -> None:
    report(stage.budi, code, physical="0")
    assert stage.state(code) == "in_progress"
    assert stage.sari.seen == []
    report(stage.budi, code, physical="10")
    report(stage.budi, code, physical="20")
    assert [("mulai dikerjakan" in one.text) for one in stage.sari.seen] == [True]


@pytest.mark.parametrize("why", ["off", "no role", "blocked"])
def test_who_hears_nothing(stage: Stage, why: str) -> None:
    stage.quota("Baznas")
    code = stage.houses(1)[0]
    if why == "off":
        _of_sari(stage, house_news=False)
    elif why == "no role":
        stage.store.run(_without_role)
    else:
        _of_sari(stage, unreachable_at=stage.world.now)
    _whole_way(stage, code)
    assert stage.sari.seen == []


def test_not_what_they_did_themselves(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.grant(SARI, RoleName.PARTNER, "Baznas")
    code = stage.houses(1)[0]
    stage.sari.says(code)
    stage.sari.presses("✅ Klaim")
    assert stage.state(code) == "claimed"
    assert not [one for one in stage.sari.seen if "Kabar baik" in one.text]


def test_an_admin_who_registered_it_hears_once(stage: Stage) -> None:
    stage.grant(SARI, RoleName.ADMIN)
    _of_sari(stage, house_news=False)
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("tidak jadi")
    stage.budi.presses("Ya, lepas")
    said = [one.text for one in stage.sari.seen]
    assert len(said) == 1, "as an admin, whatever they want to hear as a surveyor"
    assert "Alasan: tidak jadi" in said[0]


def _of(session: Session, surveyor: Person, number: int) -> None:
    for _ in range(number):
        builders.eligible(session, by=surveyor.id or 0)


def test_a_basket_is_one_message_a_surveyor(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=200, ceiling=20_000 * JUTA)
    english = stage.world.actor("Tono", 7_100_000_061, RoleName.SURVEYOR, language="en")
    quiet = stage.world.actor("Ucok", 7_100_000_062, RoleName.SURVEYOR)
    single = stage.world.actor("Wati", 7_100_000_063, RoleName.SURVEYOR)

    def make(session: Session) -> None:
        by = {one.id: people.by_telegram(session, one.id) for one in (english, quiet, single)}
        for actor, number in ((english, 50), (quiet, 7), (single, 1)):
            surveyor = by[actor.id]
            assert surveyor is not None
            surveyor.house_news = actor is not quiet
            _of(session, surveyor, number)
        _of(session, builders.person(session, SARI), 100)

    stage.store.run(make)
    stage.budi.says("/klaim 158")
    stage.budi.presses("Klaim semua")
    assert stage.left(quota)[0] == 42
    (sari,), (tono,), (wati,) = ([one.text for one in actor.seen] for actor in (stage.sari, english, single))
    assert "100 rumah yang Bapak/Ibu data sudah diklaim Baznas: PML-" in sari
    assert sari.count("PML-") == 10
    assert "50 houses that you registered are claimed by Baznas" in tono
    assert "rumah PML-" in wati
    assert "(Bambu Apus, Pamulang)" in wati
    assert quiet.seen == []


def test_a_second_tap_tells_nothing_more(stage: Stage) -> None:
    stage.quota("Baznas")
    code = stage.houses(1)[0]
    stage.budi.says(code)
    card = stage.budi.last
    data = card.data("✅ Klaim")
    stage.budi.presses_data(data, card)
    stage.budi.presses_data(data, card)
    assert len(stage.sari.seen) == 1
