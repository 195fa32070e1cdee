"""/mitra: a partner is closed and opened again, and so is a quota while its year lasts."""

from __future__ import annotations

from sqlmodel import Session

from storage import budgets, closing, cofunding, invites, transfers
from storage.drafts import Draft
from storage.partners import Partner, Quota
from storage.people import Person, RoleName
from tests.builders import JUTA, YEAR
from tests.handlers.stage import Stage
from tests.handlers.test_partners_rules import card
from tests.handlers.test_partners_year import NEXT
from tests.world import Actor


def test_a_closed_quota_is_opened_again_until_its_year_is_over(stage: Stage) -> None:
    number = stage.quota(units=10, ceiling=500 * JUTA)
    stage.store.run(lambda session: budgets.close(session, number, stage.world.now, by=None))
    card(stage)
    admin = stage.admin
    admin.presses("Ubah Kuota 2026")
    old, shown = admin.last.data("Buka kuota"), admin.last
    admin.presses("Buka kuota")
    assert "Ditutup" not in admin.last.text
    assert "Tutup kuota" in str(admin.last.buttons)
    assert "dibuka lagi oleh admin: sisa 10 rumah, Rp500.000.000" in stage.budi.last.text
    assert [event.kind for event in stage.events("quota.opened")] == ["quota.opened"]
    told = len(stage.budi.seen)
    admin.presses_data(old, shown)
    assert "sudah dibuka" in admin.toast
    assert len(stage.budi.seen) == told
    stage.budi.says("/klaim")
    assert "Kuota 2026: sisa 10" in stage.budi.last.text
    code = stage.houses(1)[0]
    stage.claimed(code, number)
    stage.world.now = NEXT
    stage.store.run(lambda session: budgets.close_past(session, YEAR + 1, NEXT))
    card(stage)
    admin.presses("Ubah Kuota 2026")
    assert "Buka kuota" not in str(admin.last.buttons)
    admin.presses_data(old, shown)
    assert "Tahun 2026 sudah lewat" in admin.toast
    assert stage.rows(Quota)[0].closed_at is not None
    assert stage.state(code) == "claimed", "what it had promised stays"


def test_a_partner_with_something_open_is_not_closed(stage: Stage) -> None:
    """A house, a share in another's house, and a request for a house: each with its figure, and the way there."""
    baznas, dpkpp = stage.quota("Baznas"), stage.quota("DPKPP", house_ceiling=20 * JUTA)
    first, second = stage.houses(2)
    stage.claimed(first, baznas)
    lead = stage.claimed(second, dpkpp)

    def bind(session: Session) -> None:
        cofunding.join(session, lead.id or 0, baznas, 5 * JUTA, stage.world.now, by=None)
        transfers.ask(session, lead.id or 0, baznas, "kami siap", stage.world.now, by=None)

    stage.store.run(bind)
    card(stage)
    stage.admin.presses("Tutup mitra")
    said = stage.admin.last.text
    for figure in ("belum diserahterimakan: 1", "rumah mitra lain: 1", "belum dijawab: 1"):
        assert figure in said
    stage.admin.presses(f"🤝 {second}")
    assert "• Baznas: Rp5.000.000" in stage.admin.last.text, "where its money is"
    card(stage)
    stage.admin.presses("Tutup mitra")
    stage.admin.presses(f"⇄ {second}")
    assert f"Baznas meminta rumah {second}" in stage.admin.last.text, "although the admins are not asked yet"
    card(stage)
    stage.admin.presses("Tutup mitra")
    stage.admin.presses("Klaim mitra ini")
    assert first in stage.admin.last.text
    assert all(one.closed_at is None for one in [*stage.rows(Partner), *stage.rows(Quota)])
    assert "ditutup" not in stage.budi.all_text()


def test_a_partner_is_closed_and_opened_again(stage: Stage) -> None:
    number = stage.quota("Baznas")
    stage.quota("DPKPP")
    admin, budi = stage.admin, stage.budi
    code, held = stage.houses(2)
    stage.claimed(held, stage.quota("PT Contoh Sejahtera"))
    opened = card(stage)
    add, close = opened.data("Tambah kuota"), opened.data("Tutup mitra")
    admin.presses("Tutup mitra")
    assert "Riwayatnya tetap ada" in admin.last.text
    assert stage.rows(Partner)[0].closed_at is None
    budi.says("/klaim")
    area = budi.last.data("Pamulang")
    admin.presses("Ya, tutup")
    assert "Mitra ini ditutup sejak" in admin.last.text
    assert "Tambah kuota" not in str(admin.last.buttons)
    assert "ditutup admin: tidak ada klaim dan kuota baru" in budi.last.text
    budi.presses("Klaim saya")
    # What an old card offers is refused, and says why.
    for data in (add, close):
        admin.presses_data(data, admin.last)
        assert "ditutup" in admin.toast
    budi.says("/klaim")
    assert "Mitra Baznas ditutup" in budi.last.text
    budi.presses_data(area, budi.last)
    budi.presses(code)
    assert "✅ Klaim" not in budi.last.buttons
    # Nobody is offered it any more; the list of partners still has it, behind the others.
    stage.citra.says(held)
    stage.citra.presses("Refer")
    assert not any("Baznas" in label for label in stage.citra.last.buttons)
    assert any("DPKPP" in label for label in stage.citra.last.buttons)
    admin.says("/undang")
    admin.presses("Wakil mitra")
    assert not any("Baznas" in label for label in admin.last.buttons)
    admin.says("/mitra")
    assert admin.last.text.index("DPKPP") < admin.last.text.index("🔒 Baznas · Baznas\nDitutup")
    admin.presses("Baznas")
    admin.presses("Ubah Kuota 2026")
    assert admin.last.buttons == ["‹ Kembali"]
    admin.presses("Kembali")
    admin.presses("Buka mitra")
    assert "Ditutup" not in admin.last.text
    assert "dibuka lagi oleh admin" in budi.last.text
    assert [one.kind for one in stage.events("partner.closed") + stage.events("partner.opened")] == \
        ["partner.closed", "partner.opened"]
    assert stage.claimed(code, number).partner_id == stage.partner("Baznas")


def test_an_invitation_of_a_closed_partner_waits_until_it_is_opened(stage: Stage) -> None:
    number, newcomer = stage.partner(), Actor(stage.world, "Wati", 2**33 + 77)

    def make(session: Session) -> str:
        token = invites.create(session, stage.world.now, by=1, role=RoleName.PARTNER, partner_id=number)[1]
        closing.close_partner(session, number, stage.world.now, by=None)
        return token

    token = stage.store.run(make)
    people = len(stage.rows(Person))
    for somebody in (newcomer, stage.dani):
        somebody.says(f"/start {token}")
        assert somebody.last.text == ("Mitra Baznas sedang ditutup, jadi undangan untuk wakilnya belum bisa dipakai. "
                                      "Mohon hubungi admin Dinas Sosial.")
    assert len(stage.rows(Person)) == people
    assert stage.admin.seen == []
    stage.store.run(lambda session: closing.open_partner(session, number, YEAR, stage.world.now, by=None))
    newcomer.says(f"/start {token}")
    assert "Wakil mitra – Baznas" in newcomer.last.text or "Mitra Baznas" in newcomer.last.text


def test_forms_left_open_by_a_partner_that_is_closed_meanwhile_end_and_say_why(stage: Stage) -> None:
    stage.claimed(stage.houses(1)[0], stage.quota("Baznas", house_ceiling=20 * JUTA))
    code, number = stage.houses(1)[0], stage.partner("DPKPP")
    stage.quota("DPKPP")
    dani, admin = stage.dani, stage.admin

    def several() -> None:
        dani.says("/klaim")
        dani.presses("Klaim beberapa")

    def funds() -> None:
        dani.says("/danai")
        dani.presses("PML-0001")
        dani.presses("Danai rumah ini")

    def asks() -> None:
        dani.says("PML-0001")
        dani.presses("Minta alih")

    for begin, typed in ((several, "Pamulang"), (funds, "5jt"), (asks, "Perlu bangun baru")):
        begin()
        stage.store.run(lambda session: closing.close_partner(session, number, stage.world.now, by=None))
        dani.says(typed)
        assert "Mitra DPKPP ditutup" in dani.last.text, typed
        assert dani.last.buttons, "with a way on"
        assert stage.rows(Draft) == []
        stage.store.run(lambda session: closing.open_partner(session, number, YEAR, stage.world.now, by=None))
    stage.store.run(lambda session: closing.close_partner(session, number, stage.world.now, by=None))
    for typed in ("/cocok", "/klaim 1 Pamulang", code):
        dani.says(typed)
        assert "Mitra DPKPP ditutup" in dani.last.text, typed
        assert "Belum ada kuota" not in dani.last.text
    assert admin.seen == []


def test_a_quota_that_is_closed_under_a_form_gives_way_to_another(stage: Stage) -> None:
    """What was typed is kept: back to the quota, and on from there."""
    lead, dani = stage.quota("Baznas", house_ceiling=20 * JUTA), stage.dani
    code = stage.houses(1)[0]
    stage.claimed(code, lead)

    def shut(number: int) -> None:
        stage.store.run(lambda session: budgets.close(session, number, stage.world.now, by=None))

    first, second, third = (stage.quota("DPKPP", batch=batch) for batch in (1, 2, 3))
    dani.says(code)
    dani.presses("Minta alih")
    dani.says("Kuota 2026")
    dani.says("Perlu bangun baru")
    shut(first)
    dani.presses("Ya, kirim")
    assert "sudah ditutup" in dani.toast
    dani.presses("Kembali")
    dani.presses("Kembali")
    assert [label for label in dani.last.buttons if "tahap" in label] == ["Kuota 2026 tahap 2", "Kuota 2026 tahap 3"]
    dani.presses("Batal")
    dani.presses("Ya, hapus")
    dani.says("/danai")
    dani.presses(code)
    dani.presses("Danai rumah ini")
    dani.presses("tahap 2")
    dani.says("5 juta")
    dani.presses("atap")
    shut(second)
    dani.presses("Ya,")
    assert "sudah ditutup" in dani.toast
    for _ in range(3):
        dani.presses("Kembali")
    dani.presses("tahap 3")
    dani.says("5 juta")
    if "Untuk bagian mana" in dani.last.text:
        dani.presses("atap")
    dani.presses("Ya,")
    assert stage.left(third) == (10, 495 * JUTA)
