"""Withdrawing and deleting through the real program: real calls, lost answers, a chat that blocked the bot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session, select

from bot.files import FileStore
from bot.sandbox import SandboxThread
from storage import dropped, people
from storage.people import RoleName
from storage.shown import Shown
from storage.store import Store
from storage.vault import Vault
from tests.bot.players import Player, admit
from tests.bot.rig import BotProcess
from tests.bot.waiting import until
from tests.builders import NOW, make_house


def test_a_card_lost_blocked_and_emptied_after_all(new_url: Callable[[], str], key_text: str, tmp_path: Path) -> None:
    settings = {"database": new_url(), "keys": key_text}
    with SandboxThread() as box:
        sandbox = box.sandbox
        vera = sandbox.add_person("Vera")
        store = Store(settings["database"], Vault.from_text(key_text))
        admit(store, vera, RoleName.VERIFIER)
        code = store.run(lambda session: make_house(session).code)
        store.run(lambda session: dropped.leave(session, ["a" * 64]))
        files = FileStore((tmp_path / "files").as_uri())
        files.put("a" * 64, b"picture")
        player = Player(sandbox, vera)
        with BotProcess(sandbox, tmp_path, **settings) as process:
            process.says("running as")
            until(lambda: not list((tmp_path / "files").rglob("*.jpg")))
            player.says("/bantuan", "/verifikasi")
            # The answer to sending the card is lost: the card is there, but nobody knows its number.
            sandbox.fault("sendMessage", "drop_after", chat=vera.id)
            player.begins()
            player.says(code, "Belum pasti apakah data keluarga")
            player.begins()
            player.presses(f"Buka {code}", "Contoh 1")
            second = player.shown
            assert second is not None
            assert len([one for one in vera.messages if "Contoh 1" in one.text]) == 2
            # The role ends while the bot is blocked.
            vera.blocks_bot()
            until(lambda: store.run(lambda session: _unreachable(session, vera.id)))
            store.run(lambda session: _revoke(session, vera.id))
            assert process.terminate() == 0
        with BotProcess(sandbox, tmp_path, **settings) as process:
            process.says("running as")
            assert "Contoh 1" in second.text
            vera.unblocks_bot()
            sandbox.wait(lambda: second.text == "Data keluarga di pesan ini sudah ditarik.")
            sandbox.wait(lambda: any("mohon dihapus" in one.text for one in vera.messages))
            until(lambda: store.run(_live) == 0)
            assert process.terminate() == 0
        store.close()


def _unreachable(session: Session, telegram_id: int) -> bool:
    person = people.by_telegram(session, telegram_id)
    return person is not None and person.unreachable_at is not None


def _revoke(session: Session, telegram_id: int) -> None:
    """As the admin's press does it, in another process."""
    from handlers.kit import protected
    from storage import shown

    person = people.by_telegram(session, telegram_id)
    assert person is not None
    for role in people.roles_of(session, person.id or 0):
        people.revoke(session, role.id or 0, NOW, by=None)
    protected.withdraw(session, shown.lost(session, person.id or 0), NOW)


def _live(session: Session) -> int:
    return len([row for row in session.exec(select(Shown)) if row.closed_at is None])
