"""One house from the first word to the handover, with its family's numbers typed wherever they do not belong."""

from __future__ import annotations

import re

from sqlmodel import select

from bot.sandbox import Group, Person, Sandbox
from storage.houses import House
from storage.people import RoleName
from storage.store import Store
from tests.bot.players import admit, partner_with_quota
from tests.bot.waiting import settle

NIK, CARD, PHONE = "3674064107809871", "3674011507129876", "081298765432"
TOO_LONG = NIK + "5"
GROUPED = " ".join(NIK[place:place + 4] for place in range(0, 16, 4))
NAME = "Zulaikha Kenari"
_CODE = re.compile(r"[A-Z]{3}-\d{4}")


class Cast:
    """Everybody, each in the private chat, and the group of all. After each step all of it has been answered."""

    def __init__(self, sandbox: Sandbox, store: Store) -> None:
        self.sandbox, self.store = sandbox, store
        names = ("Sari", "Vera", "Budi", "Asih", "Tetangga")
        self.everybody = [sandbox.add_person(name) for name in names]
        self.sari, self.vera, self.budi, self.asih, self.neighbour = self.everybody
        admit(store, self.sari, RoleName.SURVEYOR)
        admit(store, self.vera, RoleName.VERIFIER)
        admit(store, self.asih, RoleName.ADMIN)
        admit(store, self.budi, RoleName.PARTNER, partner_id=partner_with_quota(store, "PT Contoh", 9, 10**9))
        self.group: Group = sandbox.add_group("Forum", self.everybody)
        self.code = ""

    def settle(self) -> None:
        """Until the program has read everything that was written to it, and has sent every answer."""
        settle(self.sandbox, self.store)

    def says(self, person: Person, *texts: str) -> None:
        """All at once, as after a gap in the signal."""
        for text in texts:
            person.says(text)
        self.settle()

    def presses(self, person: Person, *labels: str) -> None:
        """Of the newest message that has such a button."""
        for label in labels:
            person.presses(label)
            self.settle()

    def shows(self, person: Person) -> str:
        """The newest words of the bot."""
        me = self.sandbox.world.bot.id
        return next(one.text for one in reversed(person.messages) if one.sender.id == me and one.text)

    def state(self) -> str:
        return self.store.run(lambda session: str(session.exec(select(House.state)).one()))


def types_them_where_they_do_not_belong(cast: Cast) -> None:
    """In the group, as commands, by a stranger, and in updates that cannot be read."""
    cast.asih.adds_bot_to(cast.group)
    cast.settle()
    cast.sari.says(f"/rekap {NIK}", cast.group.chat)
    cast.neighbour.says(f"/data {NIK} {PHONE}", cast.group.chat)
    cast.sari.says(f"NIK {NAME} {GROUPED} {CARD} @{cast.sandbox.world.bot.username}", cast.group.chat)
    cast.neighbour.says(f"/start {NIK}")
    cast.neighbour.says(f"{NIK} {PHONE}")
    cast.says(cast.asih, "/start", f"/data {NIK}")
    cast.says(cast.sari, f"/nik {NIK}", NIK, f"/start {CARD}", TOO_LONG, PHONE)
    broken = {"message_id": 1, "date": "soon", "from": {"id": cast.sari.id}, "text": f"{NAME} {NIK} {PHONE}"}
    cast.sandbox.world.tell("message", broken)
    cast.settle()


def registers(cast: Cast) -> None:
    """As the name, the address and a caption; too long; and then where they belong."""
    sari = cast.sari
    cast.says(sari, "/daftar")
    cast.presses(sari, "Setuju")
    cast.says(sari, f"{NAME} {NIK}", f"{NAME} {PHONE}", TOO_LONG, PHONE, NIK, NAME)
    sari.pin(-6.3427, 106.7382)
    cast.settle()
    cast.presses(sari, "Pamulang", "Benda Baru")
    cast.says(sari, f"Gg. Contoh No. 7, NIK {GROUPED}", f"Gg. Contoh No. 7 HP {PHONE}", "Gg. Contoh No. 7", "3/1")
    sari.photo(caption=f"rumah {NIK} {CARD} {PHONE}")
    sari.photo(caption="tampak depan")
    cast.settle()
    cast.presses(sari, "Rusak berat", "Rusak berat", "Rusak berat")
    cast.says(sari, PHONE, TOO_LONG, "5", CARD, NIK, "36")
    cast.presses(sari, "Simpan")
    found = _CODE.search(cast.shows(sari))
    assert found is not None, cast.shows(sari)
    cast.code = found.group()
    cast.presses(sari, "Lengkapi", "Identitas")
    cast.says(sari, TOO_LONG, CARD, f"HP {PHONE}", "1")
    cast.presses(sari, "Simpan")


def is_judged(cast: Cast) -> None:
    """Returned with a number in the note, corrected, approved."""
    cast.says(cast.vera, cast.code)
    cast.presses(cast.vera, "Kembalikan", "▫️ NIK")
    cast.says(cast.vera, f"NIK {NIK} salah", f"{TOO_LONG} {CARD} salah", "NIK …9871 salah")
    assert cast.state() == "returned"
    cast.presses(cast.sari, "Perbaiki")
    cast.says(cast.sari, TOO_LONG, GROUPED)
    cast.presses(cast.sari, "Simpan")
    assert cast.state() == "registered"
    cast.says(cast.vera, cast.code)
    cast.presses(cast.vera, "Setujui", "pagu kota", "Ya, setujui")
    assert cast.state() == "eligible"


def is_built(cast: Cast) -> None:
    """Claimed, the family's data shown, progress, done, handed over; and what is held is shown and exported."""
    budi = cast.budi
    cast.says(budi, "/start", cast.code)
    cast.presses(budi, "✅ Klaim", "Lihat data keluarga")
    cast.says(budi, NIK, "/progres")
    cast.presses(budi, cast.code, "Laporkan progres")
    cast.says(budi, TOO_LONG, "70")
    cast.presses(budi, "Lewati")
    budi.photo(caption=f"rumah {NIK}")
    cast.settle()
    cast.says(budi, f"kendala {NIK}")
    cast.presses(budi, "Lewati")
    cast.says(budi, f"Pondasi selesai, NIK {NIK}", "Pondasi selesai")
    cast.presses(budi, "Simpan")
    cast.says(budi, "/progres")
    cast.presses(budi, cast.code, "Laporkan selesai")
    for part in ("depan", "bagian lain"):
        budi.photo(caption=f"rumah {NIK} {part}")
        cast.settle()
    budi.pin(-6.3427, 106.7382)
    cast.settle()
    cast.says(budi, f"NIK {NIK}", "Selesai")
    cast.presses(budi, "Kirim ke verifikator")
    cast.presses(cast.vera, "Periksa", "Konfirmasi selesai")
    cast.says(cast.asih, f"/data {cast.code}")
    cast.presses(cast.asih, "Unduh PDF", "PDF lengkap")
    cast.says(cast.asih, f"diminta oleh {NIK}", "permintaan tertulis keluarga")
    cast.says(budi, "/progres")
    cast.presses(budi, cast.code, "Buat BAST")
    cast.says(budi, NIK, "20 juta")
    cast.presses(budi, "Ya, buat BAST", "Kirim BAST bertanda tangan")
    budi.photo(caption=f"BAST {NAME} {NIK}")
    cast.settle()
    cast.presses(budi, "Serah terima", "Lihat BAST")
    assert cast.state() == "handed_over"
