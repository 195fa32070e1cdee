"""The command line as a person at a terminal meets it: what starts, and one line for what cannot."""

from __future__ import annotations

import socket
import sqlite3
import stat
from pathlib import Path

import pytest

from bot.sandbox import SandboxThread
from tests.bot.rig import FreshBotProcess, bedah, bedah_afresh

GOOD_SHAPE = "1000001:sample-token-for-tests-only-00000000"


def _refusal(result: object) -> str:
    error = result.stderr.strip()  # type: ignore[attr-defined]
    assert result.returncode != 0  # type: ignore[attr-defined]
    assert "Traceback" not in error
    assert len(error.splitlines()) == 1, error
    assert error.startswith("bedah: ")
    return str(error)


def test_help_lists_the_commands_each_in_one_line(tmp_path: Path) -> None:
    shown = bedah_afresh("--help", folder=tmp_path).stdout
    for name in ("run", "try", "admin-link", "backup", "boundaries", "migrate"):
        assert sum(f" {name} " in line for line in shown.splitlines()) == 1


def test_run_without_a_token_says_where_to_get_one(tmp_path: Path) -> None:
    said = _refusal(bedah_afresh("run", folder=tmp_path))
    assert "BEDAH_TOKEN" in said
    assert "@BotFather" in said


@pytest.mark.parametrize(("settings", "word"), [
    ({"token": "no-token"}, "BEDAH_TOKEN"),
    ({"token": GOOD_SHAPE, "zone": "Asia/Nowhere"}, "BEDAH_ZONE"),
    ({"token": GOOD_SHAPE, "city": "99.99"}, "BEDAH_CITY"),
    ({"token": GOOD_SHAPE, "keys": "abc"}, "BEDAH_KEYS"),
    ({"token": GOOD_SHAPE, "database": "nonsense"}, "BEDAH_DATABASE"),
    ({"token": GOOD_SHAPE, "database": "postgresql://nobody@127.0.0.1:1/none"}, "BEDAH_DATABASE"),
    ({"token": GOOD_SHAPE, "webhook_port": "high"}, "BEDAH_WEBHOOK_PORT"),
    ({"token": GOOD_SHAPE, "webhook_url": "https://bot.example"}, "BEDAH_WEBHOOK_SECRET"),
    ({"token": GOOD_SHAPE, "api_url": "api.example"}, "BEDAH_API_URL"),
    ({"token": GOOD_SHAPE, "api_url": "https://"}, "for example https://api.telegram.org"),
    ({"token": GOOD_SHAPE, "zone": "Asia"}, "for example Asia/Jakarta"),
    ({"token": GOOD_SHAPE, "database": "postgresql://u@localhost:port/x"}, "BEDAH_DATABASE"),
    ({"token": GOOD_SHAPE, "database": "postgresql+asyncpg://u@127.0.0.1/x"}, "BEDAH_DATABASE"),
    ({"token": GOOD_SHAPE, "database": "sqlite://"}, "BEDAH_DATABASE"),
    ({"token": GOOD_SHAPE, "database": "sqlite:////proc/nope/x.db"}, "BEDAH_DATABASE"),
    ({"token": GOOD_SHAPE, "data": "/proc/nope"}, "BEDAH_DATA"),
    ({"token": GOOD_SHAPE, "files": "nosuch://bucket/x"}, "BEDAH_FILES"),
    ({"token": GOOD_SHAPE, "files": "/proc/nope"}, "BEDAH_FILES"),
    ({"token": GOOD_SHAPE, "webhook_url": "bot.example", "webhook_secret": "abc"}, "BEDAH_WEBHOOK_URL"),
    ({"token": GOOD_SHAPE, "webhook_url": "https://bot.example", "webhook_secret": "rahasia!"}, "BEDAH_WEBHOOK_SECRET"),
    ({"token": GOOD_SHAPE, "tick_seconds": "inf"}, "for example 15.0, not inf"),
    ({"token": GOOD_SHAPE, "lease_seconds": "inf"}, "BEDAH_LEASE_SECONDS"),
    ({"token": GOOD_SHAPE, "log_level": "LOUD"}, "for example INFO, not LOUD"),
])
def test_each_wrong_setting_is_refused_in_one_line_that_names_it(
    tmp_path: Path, settings: dict[str, str], word: str
) -> None:
    assert word in _refusal(bedah("run", folder=tmp_path, **settings))


def test_an_unreadable_env_file_is_one_line_and_an_empty_setting_is_its_default(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BEDAH_CITY=\nBEDAH_ZONE=\n")
    assert bedah("migrate", folder=tmp_path).returncode == 0
    (tmp_path / ".env").write_bytes(b"BEDAH_CITY=\xff\n")
    assert ".env" in _refusal(bedah("migrate", folder=tmp_path))


def test_where_the_webhook_cannot_listen_it_says_why(tmp_path: Path) -> None:
    with SandboxThread() as box, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = {"token": box.sandbox.token, "api_url": box.sandbox.base_url.removesuffix("/bot"),
                    "webhook_url": "https://bot.example", "webhook_secret": "abc"}
        port = str(taken.getsockname()[1])
        assert "taken (BEDAH_WEBHOOK_PORT)" in _refusal(bedah("run", folder=tmp_path, webhook_port=port, **settings))
        said = _refusal(bedah("run", folder=tmp_path, webhook_listen="not an address", **settings))
        assert "BEDAH_WEBHOOK_LISTEN" in said


def test_a_token_that_telegram_does_not_know_is_refused(tmp_path: Path) -> None:
    with SandboxThread() as box:
        api = box.sandbox.base_url.removesuffix("/bot")
        assert "BEDAH_TOKEN" in _refusal(bedah("run", folder=tmp_path, token=GOOD_SHAPE, api_url=api))
        assert "BEDAH_TOKEN" in _refusal(bedah("admin-link", folder=tmp_path, token=GOOD_SHAPE, api_url=api))


def test_a_second_process_and_a_wrong_key_are_refused(tmp_path: Path) -> None:
    with SandboxThread() as box:
        settings = {"token": box.sandbox.token, "api_url": box.sandbox.base_url.removesuffix("/bot")}
        with FreshBotProcess(box.sandbox, tmp_path) as running:
            first = running.admin_link()
            assert "already running" in _refusal(bedah("run", folder=tmp_path, **settings))
            # Other commands work beside it.
            again = bedah("admin-link", folder=tmp_path, **settings)
            assert again.returncode == 0
            assert "https://t.me/" in again.stdout
            assert first not in again.stdout
            assert running.terminate() == 0
        key = tmp_path / "bedah.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        key.rename(tmp_path / "elsewhere")
        assert "key file" in _refusal(bedah("run", folder=tmp_path, **settings))
        other = tmp_path / "other"
        other.mkdir()
        bedah("migrate", folder=other)
        key.write_text((other / "bedah.key").read_text())
        assert "does not fit" in _refusal(bedah("run", folder=tmp_path, **settings))


def test_a_backup_is_a_whole_database_for_our_eyes_only(tmp_path: Path) -> None:
    assert "no database" in _refusal(bedah("backup", "copy.db", folder=tmp_path))
    assert bedah("migrate", folder=tmp_path).returncode == 0
    assert bedah("backup", "copy.db", folder=tmp_path).returncode == 0
    copy = tmp_path / "copy.db"
    for made in (tmp_path / "bedah.sqlite3", tmp_path / "bedah.key"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o600, made.name
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as opened:
        assert opened.execute("SELECT count(*) FROM kelurahan").fetchone() == (54,)
    assert "exists" in _refusal(bedah("backup", "copy.db", folder=tmp_path))
    (tmp_path / "bedah.sqlite3").write_bytes(b"damaged" * 1000)
    assert "not written" in _refusal(bedah("backup", "half.db", folder=tmp_path))
    assert not (tmp_path / "half.db").exists()
    assert "not a database" in _refusal(bedah("migrate", folder=tmp_path))
