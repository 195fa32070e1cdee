"""Who may register where, and who sees what was registered."""

from __future__ import annotations

from storage.people import RoleName, by_telegram
from tests.builders import PAMULANG, SETU, history
from tests.handlers.house_steps import (
    ADDRESS,
    ADMIN,
    NAME,
    OTHER_NIK,
    TONO,
    VERA,
    all_houses,
    answers,
    asking,
    fill,
    register,
    surveyor,
    verifier,
)
from tests.world import World


def test_a_limited_surveyor_sees_only_those_kecamatan(world: World) -> None:
    sari = surveyor(world, areas=[PAMULANG, SETU])
    fill(sari, until="kecamatan")
    assert [label for label in sari.last.buttons if label not in ("‹ Kembali", "Batal")] == ["Pamulang", "Setu"]


def test_the_only_kecamatan_is_filled_in(world: World) -> None:
    sari = surveyor(world, areas=[SETU])
    fill(sari, until="kecamatan")
    assert "Kecamatan: Setu" in sari.last.text
    assert asking(world, sari) == "kelurahan"


def test_area_is_checked_again_when_it_is_saved(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    surveyor_role_limited_to(world, sari.id, [SETU])
    sari.presses("Simpan")
    assert "di luar wilayah tugas" in sari.toast
    assert all_houses(world) == []
    assert answers(world, sari) is not None


def surveyor_role_limited_to(world: World, telegram_id: int, codes: list[str]) -> None:
    from storage.people import roles_of, set_areas

    def change(session: object) -> None:
        set_areas(session, roles_of(session, by_telegram(session, telegram_id).id)[0], codes)

    world.store.run(change)


def test_an_admin_may_register_and_a_verifier_may_not(world: World) -> None:
    admin = world.actor("Asih", ADMIN, RoleName.ADMIN)
    register(admin)
    assert len(all_houses(world)) == 1
    vera = verifier(world)
    vera.says("/daftar")
    assert "di luar peran" in vera.last.text


def test_a_revoked_surveyor_cannot_go_on_and_is_told_once(world: World) -> None:
    from storage.people import grant, revoke, roles_of

    sari = surveyor(world)
    fill(sari, until="address")

    def change(session: object) -> None:
        person = by_telegram(session, sari.id)
        revoke(session, roles_of(session, person.id)[0].id, world.now, by=None)
        grant(session, person, RoleName.VERIFIER, world.now, by=None)

    world.store.run(change)
    sari.says("Gg. Contoh 5")
    assert "di luar peran" in sari.last.text
    assert answers(world, sari) is None
    sari.says("halo")
    assert "/bantuan" in sari.last.text


def test_verifiers_of_other_kecamatan_hear_nothing(world: World) -> None:
    sari, vera = surveyor(world), verifier(world, areas=[SETU])
    register(sari)
    assert vera.seen == []
    register(sari, kecamatan=lambda one: one.presses("Setu"), kelurahan=lambda one: one.presses("Muncul"),
             nik=lambda one: one.says(OTHER_NIK))
    assert "SET-0001" in vera.last.text


def test_a_code_opens_the_house_for_those_who_may_see_it(world: World) -> None:
    sari, tono = surveyor(world), world.actor("Tono", TONO, RoleName.SURVEYOR)
    vera = world.actor("Vera", VERA, RoleName.VERIFIER, areas=[SETU])
    number = register(sari).id
    sari.says("/start PML-0001")
    assert NAME in sari.card.text
    assert sari.card.params["protect_content"]
    tono.says("/start PML-0001")
    assert "PML-0001" in tono.last.text
    assert NAME not in tono.all_text()
    assert ADDRESS not in tono.all_text()
    vera.says("/start PML-0001")
    assert NAME not in vera.all_text()
    told = world.store.run(lambda session: history(session, number))
    assert [event.kind for event in told].count("read.household") == 1
