"""The way in: invitations, greetings, strangers; and what a member sees and sets for themselves."""

from __future__ import annotations

import pytest
from sqlmodel import select

from handlers.people import opening
from handlers.people.links import house_url, invite_url
from storage import drafts, invites, people
from storage.invites import Invite
from storage.people import Person, Role, RoleName
from tests import builders
from tests.world import Actor, World

NEW = 2**33 + 50
STRANGERS = "hanya untuk petugas dan mitra"


def token_for(world: World, admin: Actor | None, role: RoleName, **more: object) -> str:
    def make(session: object) -> str:
        by = people.by_telegram(session, admin.id).id if admin else None  # type: ignore
        return invites.create(session, world.now, by=by, role=role, **more)[1]  # type: ignore

    return world.store.run(make)


def rows(world: World, kind: type) -> int:
    return world.store.run(lambda session: len(session.exec(select(kind)).all()))


def menus(world: World, chat_id: int) -> list[tuple[str, list[str]]]:
    return [(method, [one["command"] for one in params.get("commands", [])]) for method, params in world.calls
            if method in ("setMyCommands", "deleteMyCommands") and params["scope"].get("chat_id") == chat_id]


@pytest.mark.parametrize("text", ["/start", "/bantuan", "/help", "/bahasa", "/batal", "/privasi", "/undang", "/anggota",
                                  "/apapun", "daftar", "PML-0001", "/start PML-0001"])
def test_stranger_gets_a_polite_answer_and_nothing_else(world: World, text: str) -> None:
    world.store.run(lambda session: builders.make_house(session))
    stranger = world.actor("X", NEW)
    answer = stranger.says(text)
    assert answer is not None
    assert STRANGERS in answer.text
    assert answer.buttons == []
    assert len(stranger.seen) == 1
    assert rows(world, Person) == 1  # the surveyor of the house


@pytest.mark.parametrize(("code", "word"), [("id", "Mohon maaf"), ("ms", "Mohon maaf"), ("jv", "Mohon maaf"),
                                            ("su", "Mohon maaf"), ("en-GB", "Sorry"), ("nl", "Sorry")])
def test_stranger_is_answered_in_the_language_of_the_telephone(world: World, code: str, word: str) -> None:
    stranger = world.actor("X", NEW, language=code)
    assert stranger.says("/start").text.startswith(word)


def test_first_admin_comes_in_by_the_link_of_the_program(world: World) -> None:
    token = token_for(world, None, RoleName.ADMIN)
    first = world.actor("Asih", NEW)
    answer = first.says(f"/start {token}")
    assert "Admin" in answer.text
    assert "Tangerang Selatan" in answer.text
    assert "/undang" in answer.text
    assert menus(world, NEW)[-1] == ("setMyCommands", [
        "daftar", "rumahsaya", "formulir", "progres", "data", "mitra", "undang", "anggota", "grup", "roadshow", "topik",
        "rekap", "bahasa", "privasi", "draf", "batal", "bantuan"])


def test_another_link_of_the_program_is_news_to_the_admins(world: World, admin: Actor) -> None:
    world.actor("Baru", NEW).says(f"/start {token_for(world, None, RoleName.ADMIN)}")
    assert "Baru memakai undangan sebagai Admin" in admin.last.text


def test_invited_surveyor_is_greeted_with_role_and_areas_and_the_inviter_learns_it(world: World, admin: Actor) -> None:
    token = token_for(world, admin, RoleName.SURVEYOR, areas=["36.74.06"])
    new = world.actor("Sari <b>Dewi</b>", NEW)
    answer = new.says(f"/start {token}")
    assert "Petugas survei – Pamulang" in answer.text
    assert "/daftar" in answer.text
    assert "/undang" not in answer.text
    assert "Sari &lt;b&gt;Dewi&lt;/b&gt;" in answer.html
    assert "Sari <b>Dewi</b> memakai undangan sebagai Petugas survei" in admin.last.text


def test_invited_partner_is_greeted_with_the_partner(world: World, admin: Actor) -> None:
    partner_id = world.store.run(lambda session: builders.partner(session, "Baznas").id)
    new = world.actor("Budi", NEW, language="en")
    answer = new.says(f"/start {token_for(world, admin, RoleName.PARTNER, partner_id=partner_id)}")
    assert "Role: Partner Baznas" in answer.text
    assert menus(world, NEW)[-1][1] == ["klaim", "fits", "cofund", "myclaims", "progres", "lepas", "roadshow", "news",
                                         "recap", "language", "privacy", "drafts", "cancel", "help"]


def test_link_works_once_and_says_so_to_each(world: World, admin: Actor) -> None:
    token = token_for(world, admin, RoleName.SURVEYOR)
    new, other = world.actor("Sari", NEW), world.actor("Lain", NEW + 1)
    new.says(f"/start {token}")
    assert "sudah Bapak/Ibu pakai" in new.says(f"/start {token}").text
    assert "sudah dipakai" in other.says(f"/start {token}").text
    assert rows(world, Role) == 2


def test_old_forged_and_monstrous_links_change_nothing(world: World, admin: Actor) -> None:
    token = token_for(world, admin, RoleName.SURVEYOR)
    world.passes(days=7)
    new = world.actor("Sari", NEW)
    assert "tidak berlaku" in new.says(f"/start {token}").text
    for forged in ("a" * 43, "x" * 4000, "<b>", "٣٣", "-" * 43, "PML"):
        assert "tidak dikenal" in new.says(f"/start {forged}").text
    assert rows(world, Person) == 1


def test_name_of_invisible_signs_is_kept_readable(world: World, admin: Actor) -> None:
    new = world.actor("\u202e\u200b", NEW)
    new.says(f"/start {token_for(world, admin, RoleName.SURVEYOR)}")
    name = world.store.run(lambda session: people.by_telegram(session, NEW).name)
    assert name == "–"


def test_member_greeted_with_commands_under_each_role(world: World) -> None:
    both = world.actor("Vera", NEW, RoleName.ADMIN, RoleName.SURVEYOR)
    text = both.says("/start").text
    assert text.index("Petugas survei – seluruh kota") < text.index("/daftar") < text.index("/undang")
    assert text.count("/daftar") == 1
    assert text.index("Untuk semua") < text.index("/bantuan")
    assert both.says("/help").text in text


def test_help_in_a_group_names_the_recap_only(world: World, admin: Actor) -> None:
    world.groups[-100] = "Grup"
    assert "/undang" not in admin.says("/bantuan", chat=-100).text
    assert world.actor("X", NEW).says("/help", chat=-100).text.startswith("/rekap")
    assert "obrolan pribadi" in admin.says("/start", chat=-100).text


def test_language_is_kept_and_the_menu_follows(world: World, admin: Actor) -> None:
    asked = admin.says("/bahasa")
    assert asked.buttons == ["English", "Bahasa Indonesia"]
    assert admin.presses("English").text == "From now on everything is in English."
    assert "invite" in menus(world, admin.id)[-1][1]
    assert "What can be done here" in admin.says("/help").text
    admin.says("/language")
    admin.presses("Indonesia")
    assert "Apa saja" in admin.says("/help").text


def test_forged_language_changes_nothing(world: World, admin: Actor) -> None:
    asked = admin.says("/bahasa")
    admin.presses_data("pl:xx", asked)
    assert "tidak berlaku" in admin.toast
    assert "Apa saja" in admin.says("/help").text


def test_privacy_notice_fits_and_names_its_version(world: World, admin: Actor) -> None:
    text = admin.says("/privasi").text
    assert "UU 27/2022" in text
    assert "2026-12" in text
    assert "1 tahun sesudah ditolak atau ditarik, atau 10 tahun sesudah serah terima" in text
    assert "Tangerang Selatan" in text
    assert len(text) < 1500


def test_cancel_without_a_form_says_so(world: World, admin: Actor) -> None:
    assert admin.says("/batal").text == "Tidak ada isian yang terbuka."


def test_cancel_forgets_a_form_that_no_version_knows(world: World, admin: Actor) -> None:
    def leave(session: object) -> None:
        person = people.by_telegram(session, admin.id)  # type: ignore
        drafts.open_draft(session, person.id, admin.id, "of_old", world.now)  # type: ignore

    world.store.run(leave)
    assert admin.says("/cancel").text == "Tidak ada isian yang terbuka."
    assert rows(world, drafts.Draft) == 0


@pytest.mark.parametrize(("typed", "command"), [
    ("undang", "/undang"), ("Anggota", "/anggota"), ("UNDANGAN baru", "/undang"), ("/undagn", "/undang"),
    ("bantu", "/bantuan"), ("help", "/bantuan"), ("privasi?", "/privasi"), ("/BANTUANN", "/bantuan"),
])
def test_command_in_other_words_is_suggested(world: World, admin: Actor, typed: str, command: str) -> None:
    assert f"Maksud Bapak/Ibu {command}?" in admin.says(typed).text


@pytest.mark.parametrize("typed", ["halo", "verifikasi", "?", "🌸", "x" * 4000, "undang " * 20, "<b>rumah</b>"])
def test_other_text_and_other_roles_words_get_the_hint(world: World, admin: Actor, typed: str) -> None:
    assert "belum mengerti" in admin.says(typed).text


def test_command_in_capitals_works(world: World, admin: Actor) -> None:
    assert admin.says("/UNDANG").text == "Untuk peran apa?"


def test_edited_command_is_not_obeyed_again(world: World, admin: Actor) -> None:
    admin.says("/undang")
    before = len(admin.seen)
    admin.edits(admin.last_sent_id, "/anggota")
    assert len(admin.seen) == before


def test_house_that_nobody_may_show_and_one_that_is_not_there_get_one_answer(
    world: World, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.store.run(lambda session: builders.make_house(session).code)
    monkeypatch.setattr(opening, "OPENERS", [lambda request, house: False])
    for text in (code, "pml 9999", f"/start {code}"):
        assert "tidak ditemukan" in admin.says(text).text


def test_house_opens_for_the_first_who_may_show_it(
    world: World, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.store.run(lambda session: builders.make_house(session).code)

    def show(request: object, house: object) -> bool:
        request.say(f"kartu {house.code}")  # type: ignore
        return True

    monkeypatch.setattr(opening, "OPENERS", [lambda request, house: False, show, lambda request, house: 1 / 0])
    for text in (code, code.lower().replace("-", " "), f"/start {code}"):
        assert admin.says(text).text == f"kartu {code}"


def test_links() -> None:
    assert invite_url("bedah_bot", "t0ken") == "https://t.me/bedah_bot?start=t0ken"
    assert house_url("bedah_bot", "PML-0042") == "https://t.me/bedah_bot?start=PML-0042"


def test_token_is_stored_only_as_a_hash(world: World, admin: Actor) -> None:
    token = token_for(world, admin, RoleName.SURVEYOR)
    stored = world.store.run(lambda session: session.exec(select(Invite)).one().model_dump_json())
    assert token not in stored
