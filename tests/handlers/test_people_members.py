"""/anggota: the list, a member's card, and what an admin changes there."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from storage import drafts, people
from storage.events import Event
from storage.invites import Invite
from storage.people import Role, RoleName
from tests import builders
from tests.world import Actor, Seen, World

NEW = 2**33 + 50


@pytest.fixture
def sari(world: World) -> Actor:
    return world.actor("Sari", 2**33 + 2, RoleName.SURVEYOR, areas=["36.74.06"])


def card_of(admin: Actor, name: str) -> Seen:
    shown = admin.says("/anggota")
    admin.presses(f". {name}", on=shown)
    return shown


def menu(world: World, chat_id: int) -> tuple[str, list[str]]:
    return [(method, [one["command"] for one in params.get("commands", [])]) for method, params in world.calls
            if method in ("setMyCommands", "deleteMyCommands") and params["scope"].get("chat_id") == chat_id][-1]


def in_force(world: World, actor: Actor) -> list[str]:
    return world.store.run(lambda session: sorted(
        role.name.value for role in people.roles_of(session, people.by_telegram(session, actor.id).id)))


def test_list_by_name_a_page_at_a_time(world: World, admin: Actor) -> None:
    for n in range(18):
        world.actor(f"Orang {17 - n:02d} <i>", 2**33 + 100 + n, RoleName.SURVEYOR)
    world.actor("Zul", 2**33 + 200, RoleName.VERIFIER, RoleName.SURVEYOR, areas=["36.74.01", "36.74.06"])
    card = admin.says("/anggota")
    assert card.text.splitlines()[2:4] == ["1. Asih – Admin", "2. Orang 00 <i> – Petugas survei – seluruh kota"]
    admin.presses("Berikutnya")
    admin.presses("Berikutnya")
    assert card.text.splitlines()[-1] == (
        "4. Zul – Verifikator – Serpong, Pamulang; Petugas survei – Serpong, Pamulang".replace(
            "Serpong, Pamulang", "Pamulang, Serpong"))
    admin.presses("Ke awal")
    assert "Asih" in card.text


def test_list_costs_the_same_whoever_is_on_it(world: World, admin: Actor) -> None:
    from sqlalchemy import event

    counted: list[str] = []
    event.listen(world.store.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def queries() -> int:
        counted.clear()
        admin.says("/anggota")
        return sum(one.lstrip().upper().startswith("SELECT") for one in counted)

    world.actor("B", NEW, RoleName.SURVEYOR, areas=["36.74.01"])
    few = queries()
    for n in range(30):
        world.actor(f"C{n}", NEW + 1 + n, RoleName.SURVEYOR, areas=["36.74.01", "36.74.06"])
    assert queries() == few


def test_many_roles_and_kecamatan_stay_within_a_message(world: World, admin: Actor) -> None:
    def crowd(session: object) -> None:
        every = [one.code for one in builders.regions.all_kecamatan(session)][:6]  # type: ignore
        for n in range(8):
            person = people.add_person(session, NEW + n, "N" * 64, "id", world.now)  # type: ignore
            people.grant(session, person, RoleName.SURVEYOR, world.now, by=None, areas=every)  # type: ignore
            for k in range(6):
                partner = builders.partner(session, f"PT {k} " + "X" * 70)  # type: ignore
                people.grant(session, person, RoleName.PARTNER, world.now, by=None, partner_id=partner.id)  # type: ignore

    world.store.run(crowd)
    shown = admin.says("/anggota").text
    assert "6 kecamatan" in shown
    assert "+4" in shown


def test_revoked_role_stops_at_the_next_press(world: World, admin: Actor) -> None:
    other = world.actor("Wati", NEW, RoleName.ADMIN)
    old = other.says("/undang")
    card = card_of(admin, "Wati")
    admin.presses("Cabut: Admin", on=card)
    assert "Cabut peran Admin dari Wati?" in card.text
    assert in_force(world, other) == ["admin"]
    admin.presses("Ya, cabut", on=card)
    assert admin.toast == "Peran dicabut."
    assert "Tidak punya peran" in card.text
    assert "Peran Admin Bapak/Ibu telah dicabut" in other.last.text
    assert menu(world, other.id) == ("deleteMyCommands", [])
    other.presses("Petugas survei", on=old)
    assert "hanya untuk petugas dan mitra" in other.toast
    assert old.text == "Untuk peran apa?"
    assert "hanya untuk petugas dan mitra" in other.says("/undang").text
    assert "Wati" not in admin.says("/anggota").text


def test_no_goes_back_to_the_card(world: World, admin: Actor, sari: Actor) -> None:
    card = card_of(admin, "Sari")
    admin.presses("Cabut: Petugas survei")
    admin.presses("Kembali", on=card)
    assert "Petugas survei – Pamulang" in card.text
    assert in_force(world, sari) == ["surveyor"]


def test_double_tap_and_old_card_show_what_is_true_now(world: World, admin: Actor, sari: Actor) -> None:
    card, older = card_of(admin, "Sari"), card_of(admin, "Sari")
    admin.presses("Cabut: Petugas survei", on=card)
    sure = card.data("Ya, cabut")
    admin.presses_data(sure, card)
    said = len(sari.seen)
    admin.presses_data(sure, card)
    assert admin.toast == "Peran itu sudah dicabut."
    admin.presses("Ubah kecamatan", on=older)
    assert admin.toast == "Peran itu sudah dicabut."
    assert "Tidak punya peran" in older.text
    assert len(sari.seen) == said


def test_last_admin_is_not_revoked(world: World, admin: Actor) -> None:
    card = card_of(admin, "Asih")
    admin.presses("Cabut: Admin")
    admin.presses("Ya, cabut", on=card)
    assert "admin terakhir" in admin.toast
    assert in_force(world, admin) == ["admin"]


def test_admin_who_steps_down_sees_no_card_any_more(world: World, admin: Actor) -> None:
    world.actor("Wati", NEW, RoleName.ADMIN)
    card = card_of(admin, "Asih")
    admin.presses("Cabut: Admin")
    admin.presses("Ya, cabut", on=card)
    assert card.text == "Peran admin Bapak/Ibu sudah dicabut."
    assert card.buttons == []
    assert "hanya untuk petugas" in admin.says("/anggota").text


def test_kecamatan_of_a_role_change(world: World, admin: Actor, sari: Actor) -> None:
    card = card_of(admin, "Sari")
    admin.presses("Ubah kecamatan")
    assert "✓ Pamulang" in card.buttons
    admin.presses("Setu", on=card)
    admin.presses("✓ Pamulang", on=card)
    admin.presses("Simpan: 1", on=card)
    assert "Petugas survei – Setu" in card.text
    assert "Wilayah tugas Bapak/Ibu berubah: Petugas survei – Setu." in sari.last.text
    admin.presses("Ubah kecamatan", on=card)
    admin.presses("✓ Setu", on=card)
    admin.presses("Seluruh kota", on=card)
    assert "Petugas survei – seluruh kota" in card.text
    kinds = world.store.run(lambda session: [one.kind for one in session.exec(select(Event))])
    assert kinds.count("role.areas") == 2


def test_same_kecamatan_again_tells_nobody(world: World, admin: Actor, sari: Actor) -> None:
    card = card_of(admin, "Sari")
    admin.presses("Ubah kecamatan")
    admin.presses("Simpan: 1", on=card)
    assert sari.seen == []


def test_another_role_is_added(world: World, admin: Actor, sari: Actor) -> None:
    card = card_of(admin, "Sari")
    admin.presses("Tambah peran")
    assert "Petugas survei" not in card.buttons
    admin.presses("Verifikator", on=card)
    admin.presses("Setu", on=card)
    save = card.data("Simpan: 1")
    admin.presses_data(save, card)
    assert "Verifikator – Setu" in card.text
    assert "menambahkan peran Bapak/Ibu: Verifikator – Setu" in sari.last.text
    assert "verifikasi" in menu(world, sari.id)[1]
    admin.presses_data(save, card)
    assert admin.toast == "Peran itu sudah ada."
    assert in_force(world, sari) == ["surveyor", "verifier"]


def test_rep_of_a_partner_and_admin_are_added(world: World, admin: Actor, sari: Actor) -> None:
    world.store.run(lambda session: builders.partner(session))
    card = card_of(admin, "Sari")
    admin.presses("Tambah peran")
    admin.presses("Wakil mitra", on=card)
    admin.presses("Baznas", on=card)
    assert "Mitra Baznas" in card.text
    admin.presses("Tambah peran", on=card)
    admin.presses("Admin", on=card)
    assert "Lanjutkan?" in card.text
    admin.presses("Ya, sebagai admin", on=card)
    assert in_force(world, sari) == ["admin", "partner", "surveyor"]
    assert world.store.run(lambda session: session.exec(select(Invite)).all()) == []


def test_member_moves_to_a_new_account_with_roles_and_open_forms(world: World, admin: Actor, sari: Actor) -> None:
    def leave(session: object) -> None:
        drafts.open_draft(session, people.by_telegram(session, sari.id).id, sari.id, "any", world.now)  # type: ignore

    world.store.run(leave)
    card = card_of(admin, "Sari")
    admin.presses("Pindah akun")
    assert "Pindahkan Sari" in card.text
    admin.presses("Ya, buat tautan", on=card)
    token = re.search(r"start=([\w-]+)", card.text)[1]
    assert admin.last.params["photo"]["_qr"].endswith(token)
    new = world.actor("Nama Lain", NEW)
    assert "Selamat datang, Sari" in new.says(f"/start {token}").text
    assert "/daftar" in new.last.text
    assert "Sari sudah pindah" in admin.last.text
    assert "dipindahkan ke akun Telegram lain" in sari.last.text
    assert menu(world, sari.id)[0] == "deleteMyCommands"
    assert "daftar" in menu(world, NEW)[1]
    assert "hanya untuk petugas" in sari.says("/bantuan").text
    assert world.store.run(lambda session: [one.chat_id for one in session.exec(select(drafts.Draft))]) == [NEW]


def test_account_with_roles_of_its_own_cannot_take_somebody_in(world: World, admin: Actor, sari: Actor) -> None:
    vera = world.actor("Vera", NEW, RoleName.VERIFIER)
    card = card_of(admin, "Sari")
    admin.presses("Pindah akun")
    admin.presses("Ya, buat tautan", on=card)
    token = re.search(r"start=([\w-]+)", card.text)[1]
    assert "sudah punya peran sendiri" in vera.says(f"/start {token}").text
    assert world.store.run(lambda session: session.exec(select(Invite)).one().used_at) is None
    assert "Petugas survei" in sari.says("/bantuan").text


def test_link_for_a_move_is_made_once(world: World, admin: Actor, sari: Actor) -> None:
    card = card_of(admin, "Sari")
    admin.presses("Pindah akun")
    data = card.data("Ya, buat tautan")
    admin.presses_data(data, card)
    admin.presses_data(data, card)
    assert "sudah dibuat" in admin.toast
    assert len(world.store.run(lambda session: session.exec(select(Invite)).all())) == 1


def test_blocked_bot_is_shown_on_the_card(world: World, admin: Actor, sari: Actor) -> None:
    def block(session: object) -> None:
        people.by_telegram(session, sari.id).unreachable_at = world.now  # type: ignore

    world.store.run(block)
    assert "diblokir" in card_of(admin, "Sari").text


@pytest.mark.parametrize("data", ["pm:0", "po:1", "pk:1:1", "pn:1", "pv:1:0:1", "pc:1:0:1", "pg:1:admin:0:1",
                                  "pr:1:admin:0:1", "pp:1:1:0", "pq:0:0:0"])
def test_others_change_nothing_even_with_an_admins_button(
    world: World, admin: Actor, sari: Actor, data: str
) -> None:
    assert "di luar peran" in sari.says("/anggota").text
    sari.presses_data(data, sari.last)
    assert "di luar peran" in sari.toast
    assert len(world.store.run(lambda session: session.exec(select(Role).where(Role.revoked_at == None)).all())) == 2  # noqa: E711


@pytest.mark.parametrize("data", ["po:999", "pk:999:1", "pv:999:0:1", "pc:999:0:1", "pg:999:surveyor:0:1",
                                  "pg:1:king:0:1", "pc:?:0:1", "po"])
def test_forged_buttons_change_nothing(world: World, admin: Actor, sari: Actor, data: str) -> None:
    card = card_of(admin, "Sari")
    admin.presses_data(data, card)
    assert admin.toast == "Tombol ini sudah tidak berlaku."
    assert in_force(world, sari) == ["surveyor"]
