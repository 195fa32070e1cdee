"""/undang: choose a role, its partner or kecamatan; the link, its picture, and taking it back."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from storage import invites, partners
from storage.events import Event
from storage.invites import Invite
from storage.people import RoleName
from tests import builders
from tests.world import Actor, Seen, World

NEW = 2**33 + 50


def made(world: World) -> list[Invite]:
    return world.store.run(lambda session: list(session.exec(select(Invite))))


def token_in(seen: Seen) -> str:
    found = re.search(r"https://t\.me/bedah_sample_bot\?start=([\w-]{43})\b", seen.text)
    assert found, seen.text
    return found[1]


def test_surveyor_for_some_kecamatan(world: World, admin: Actor) -> None:
    card = admin.says("/undang")
    assert card.buttons == ["Admin", "Verifikator", "Petugas survei", "Wakil mitra"]
    admin.presses("Petugas survei")
    assert len([one for one in card.buttons if one]) == 7 + 2
    assert "✅ Seluruh kota" in card.buttons
    for name in ("Pamulang", "Setu", "Ciputat Timur", "✓ Setu"):
        admin.presses(name, on=card)
    assert {one for one in card.buttons if one.startswith("✓")} == {"✓ Pamulang", "✓ Ciputat Timur"}
    admin.presses("Simpan: 2 kecamatan")
    assert "Petugas survei – Ciputat Timur, Pamulang" in card.text
    assert "9 Maret 2026" in card.text
    assert card.edits == 6
    picture = admin.last
    assert picture.method == "sendPhoto"
    token = token_in(picture)
    assert picture.params["photo"] == {"_qr": f"https://t.me/bedah_sample_bot?start={token}"}
    assert token_in(card) == token
    assert "Ciputat Timur, Pamulang" in world.actor("Sari", NEW).says(f"/start {token}").text


@pytest.mark.parametrize("all_by_hand", [False, True])
def test_verifier_for_the_whole_city(world: World, admin: Actor, all_by_hand: bool) -> None:
    card = admin.says("/undang")
    admin.presses("Verifikator")
    if all_by_hand:
        for name in [one for one in card.buttons if not one.startswith(("✅", "‹"))]:
            admin.presses(name, on=card)
        assert len([one for one in card.buttons if one.startswith("✓")]) == 7
    admin.presses("✅", on=card)
    assert "Verifikator – seluruh kota" in card.text
    assert made(world)[0].areas == ""


def test_partner_is_chosen_by_name(world: World, admin: Actor) -> None:
    world.store.run(lambda session: [builders.partner(session, f"PT Contoh {n:02d}") for n in range(1, 24)])
    card = admin.says("/undang")
    admin.presses("Wakil mitra")
    assert card.buttons[0] == "PT Contoh 01"
    admin.presses("Berikutnya")
    admin.presses("Berikutnya")
    assert card.buttons == ["PT Contoh 21", "PT Contoh 22", "PT Contoh 23", "‹ Ke awal", "‹ Kembali"]
    admin.presses("Ke awal")
    assert "PT Contoh 10" in card.buttons
    admin.presses("PT Contoh 07")
    assert "Mitra PT Contoh 07" in card.text
    assert made(world)[0].partner_id is not None


def test_partner_closed_meanwhile_is_not_taken(world: World, admin: Actor) -> None:
    world.store.run(lambda session: builders.partner(session))
    card = admin.says("/undang")
    admin.presses("Wakil mitra")
    old = card.data("Baznas")

    def close(session: object) -> None:
        partner = session.exec(select(partners.Partner)).one()  # type: ignore
        partner.closed_at = world.now

    world.store.run(close)
    admin.presses_data(old, card)
    assert "tidak aktif" in admin.toast
    assert "Belum ada mitra" in card.text
    assert made(world) == []


def test_admin_only_after_one_question(world: World, admin: Actor) -> None:
    card = admin.says("/invite")
    admin.presses("Admin", on=card)
    assert "Lanjutkan?" in card.text
    assert made(world) == []
    admin.presses("Ya, sebagai admin")
    assert made(world)[0].role == RoleName.ADMIN


def test_double_tap_makes_one_invitation(world: World, admin: Actor) -> None:
    card = admin.says("/undang")
    admin.presses("Petugas survei")
    data = card.data("Seluruh kota")
    admin.presses_data(data, card)
    shown = card.html
    admin.presses_data(data, card)
    assert "sudah dibuat" in admin.toast
    assert card.html == shown
    assert len(made(world)) == 1


def test_unused_invitation_is_taken_back(world: World, admin: Actor) -> None:
    card = admin.says("/undang")
    admin.presses("Petugas survei")
    admin.presses("Seluruh kota")
    token = token_in(card)
    back = card.data("Cabut")
    admin.presses("Cabut undangan")
    assert "tidak berlaku lagi" in card.text
    assert "tidak berlaku" in world.actor("Sari", NEW).says(f"/start {token}").text
    admin.presses_data(back, card)
    assert "tidak berlaku" in admin.toast


def test_used_invitation_cannot_be_taken_back(world: World, admin: Actor) -> None:
    card = admin.says("/undang")
    admin.presses("Petugas survei")
    admin.presses("Seluruh kota")
    world.actor("Sari", NEW).says(f"/start {token_in(card)}")
    admin.presses("Cabut undangan", on=card)
    assert "sudah dipakai" in admin.toast
    assert world.actor("Sari", NEW).says("/bantuan").text.startswith("Petugas survei")


def test_unused_invitations_are_listed_by_pages(world: World, admin: Actor) -> None:
    assert "Undangan yang belum dipakai" not in admin.says("/undang").buttons
    world.store.run(lambda session: [
        invites.create(session, world.now, by=None, role=RoleName.SURVEYOR, areas=["36.74.06"]) for _ in range(11)])
    card = admin.says("/undang")
    admin.presses("Undangan yang belum dipakai")
    assert card.text.count("Petugas survei – Pamulang") == 8
    admin.presses("Berikutnya")
    assert card.text.count("Petugas survei") == 3
    for _ in range(11):
        admin.presses("Cabut no. 1", on=card)
    assert card.text == "Tidak ada undangan yang belum dipakai."
    admin.presses("Undang", on=card)
    assert card.text == "Untuk peran apa?"


@pytest.mark.parametrize("role", [RoleName.SURVEYOR, RoleName.VERIFIER])
def test_others_cannot_invite_even_with_an_admins_button(world: World, admin: Actor, role: RoleName) -> None:
    other = world.actor("Sari", NEW, role)
    assert "di luar peran" in other.says("/undang").text
    card = admin.says("/undang")
    for data in (card.data("Petugas survei"), "pi:surveyor:0:0:1", "px:1:0", "pw:0", "ps"):
        other.presses_data(data, other.last)
        assert "di luar peran" in other.toast
    assert made(world) == []


@pytest.mark.parametrize("data", ["pr:0:king:0:0", "pr:0:surveyor", "pi:surveyor:?:0:1", "pp:0:999:0", "px:999:0"])
def test_forged_buttons_make_nothing(world: World, admin: Actor, data: str) -> None:
    card = admin.says("/undang")
    admin.presses_data(data, card)
    assert admin.toast
    assert made(world) == []


def test_what_a_former_admin_gave_out_lets_nobody_in(world: World, admin: Actor) -> None:
    """Least of all themselves, with another account."""
    rini = world.actor("Rini", 2**33 + 7, RoleName.ADMIN)
    rini.says("/undang")
    rini.presses("Admin")
    rini.presses("Ya, sebagai admin")
    token = token_in(rini.seen[0])
    admin.says("/anggota")
    admin.presses(". Rini")
    admin.presses("Cabut")
    admin.presses("Ya, cabut")
    again = world.actor("Rini", 2**33 + 8)
    assert "sudah tidak berlaku" in again.says(f"/start {token}").text
    assert made(world)[0].used_at is None
    admin.says("/undang")
    assert not any("belum dipakai" in label for label in admin.last.buttons)
    assert world.store.run(lambda session: session.exec(
        select(Event).where(Event.kind == "invite.revoked")).one().data) == {"invite": made(world)[0].id}
