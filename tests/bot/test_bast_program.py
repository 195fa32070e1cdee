"""The handover record through the real program: drawn with the stored pictures, and its signed pages fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.documents import draw
from bot.files import FileStore, prepare
from bot.sandbox import SandboxThread
from bot.sandbox.media import house_photo
from bot.sandbox.model import Message
from storage import claims, photos, progress
from storage.houses import House
from storage.partners import Quota
from storage.people import RoleName
from storage.photos import PhotoKind, PhotoPurpose, PhotoState
from storage.scans import Scan
from storage.store import Store
from storage.vault import Vault
from tests.bot.players import Player, admit, partner_with_quota
from tests.bot.rig import BotProcess
from tests.bot.test_documents import images, text
from tests.bot.waiting import until
from tests.builders import JUTA, eligible


def _photo(session: Session, files: FileStore, seed: int, house: House, report: int | None = None) -> None:
    picture = prepare(house_photo(seed))
    files.put(picture.key, picture.data)
    purpose = PhotoPurpose.PROGRESS if report else PhotoPurpose.REGISTRATION
    photo = photos.add(session, 1, 1, purpose, f"f{seed}", f"u{seed}", datetime.now(UTC))
    assert photo is not None
    photo.house_id, photo.progress_id, photo.kind = house.id, report, PhotoKind.ROOF
    photos.fetched(session, photo.id or 0, key=picture.key, width=9, height=9, likeness=picture.likeness)


def _finished(session: Session, quota_id: int, files: FileStore) -> str:
    """A house whose work is confirmed, with a photo of its roof before and after."""
    now, house = datetime.now(UTC), eligible(session)
    (claim,) = claims.claim_houses(session, [house.id or 0], quota_id, now, by=None)
    number = claim.id or 0
    _photo(session, files, 1, house)
    progress.report(session, number, 50, now, by=1)
    _photo(session, files, 2, house, progress.report_finished(session, number, now, by=1).id)
    progress.confirm(session, number, now, by=1)
    return house.code


@contextmanager
def _running(new_url: Callable[[], str], key_text: str, folder: Path) -> Iterator[tuple[Player, Store, str]]:
    settings = {"database": new_url(), "keys": key_text}
    with SandboxThread() as box:
        budi = box.sandbox.add_person("Budi")
        store = Store(settings["database"], Vault.from_text(key_text))
        partner_id = partner_with_quota(store, "Baznas", 9, 500 * JUTA)
        admit(store, budi, RoleName.PARTNER, partner_id=partner_id)
        files = FileStore((folder / "files").as_uri())
        quota = store.run(lambda session: session.exec(select(Quota).order_by(col(Quota.year).desc())).first().id or 0)
        code = store.run(lambda session: _finished(session, quota, files))
        player = Player(box.sandbox, budi)
        with BotProcess(box.sandbox, folder, **settings) as process:
            process.says("running as")
            player.says("/progres", "Klaim Baznas")
            player.presses(code, "menunggu serah terima")
            player.presses("Buat BAST", "Berapa biaya nyata")
            player.says("48 juta", "Buat BAST")
            yield player, store, code
            assert process.terminate() == 0
        store.close()


def _sent(player: Player, message: Message) -> bytes:
    document = message.content["document"]
    return player.sandbox.world.files.get(document["file_id"]).data


@pytest.mark.long
def test_the_record_is_drawn_and_its_signed_pdf_is_kept_as_it_is(
    new_url: Callable[[], str], key_text: str, tmp_path: Path
) -> None:
    signed = draw({"title": "BAST bertanda tangan"})
    with _running(new_url, key_text, tmp_path) as (player, store, code):
        card = player.presses("Ya, buat BAST", "✓ BAST dibuat")
        sent = player.until("tanpa data keluarga")
        drawn = _sent(player, sent)
        assert sent.content["document"]["file_name"] == f"BAST-{code}.pdf"
        assert images(drawn) == 2
        assert "Rp48.000.000" in text(drawn)
        player.shown = card
        player.presses("Kirim BAST bertanda tangan", "kirim BAST")
        for broken, words in ((b"%PDF-1.4 and then it breaks off", "rusak atau terkunci"),
                              (b"MZ no paper at all", "tidak bisa dibuka sebagai gambar atau PDF")):
            player.person.document(broken, "bast.pdf", "application/pdf")
            player.until(words)
        player.presses("Lanjutkan", "kirim BAST")
        player.begins()
        player.person.document(signed, "bast.pdf", "application/pdf")
        player.until("1 berkas")
        player.presses("Serah terima", "✓ Serah terima tercatat")
        _until_stored(player, store)
        player.begins()
        player.presses("Lihat BAST", "BAST bertanda tangan")
        shown = player.shown
        assert shown is not None
        assert shown.protect_content
        assert _sent(player, shown) == signed
    assert [path.read_bytes() for path in tmp_path.rglob("*.pdf")] == [signed]


def _until_stored(player: Player, store: Store) -> None:
    def stored() -> bool:
        states = store.run(lambda session: [one.state for one in session.exec(select(Scan).order_by(Scan.id))])
        return states == [PhotoState.REJECTED, PhotoState.REJECTED, PhotoState.STORED]

    until(stored)
