"""The clock of deadlines and transfers in the real program: what lay unanswered is passed on when it starts, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from storage import claims, transfers
from tests.bot.players import before_the_start, years
from tests.bot.rig import BotProcess
from tests.builders import eligible, make_quota


def _asked_long_ago(session: Session) -> str:
    then = datetime.now(UTC) - timedelta(hours=100)
    holder, taker = (make_quota(session, name, year=years()[-1]).id or 0 for name in ("Baznas", "DPKPP"))
    house = eligible(session)
    (claim,) = claims.claim_houses(session, [house.id or 0], holder, then, by=None)
    transfers.ask(session, claim.id or 0, taker, "Perlu bangun baru", then, by=None)
    return house.code


def test_what_nobody_answered_goes_to_the_admins(new_url: Callable[[], str], key_text: str, tmp_path: Path) -> None:
    settings = {"database": new_url(), "keys": key_text}
    with before_the_start(settings["database"], key_text, _asked_long_ago) as (_store, player, code):
        with BotProcess(player.sandbox, tmp_path, **settings) as process:
            process.says("running as")
            player.until(f"DPKPP meminta rumah {code} yang dipegang Baznas, dan Baznas belum menjawab")
            player.presses("Terima", f"Alihkan {code}")
            player.presses("Ya, dengan", f"{code} beralih dari Baznas ke DPKPP")
            assert process.terminate() == 0
        said = [one.text for one in player.person.messages]
        assert not [one for one in said if "belum menjawab" in one], "the press edited the only one"
