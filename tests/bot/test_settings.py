"""What a city sets reaches the conversations, and what makes no sense is refused in words."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import Program
from bot.opening import open_store
from bot.sandbox import SandboxThread
from bot.settings import Settings
from handlers.kit.runtime import RUNTIME
from storage.photos import PhotoKind
from storage.rules import DEFAULTS, Rules
from tests.bot.forking import ROOT
from tests.bot.rig import bedah
from tests.bot.waiting import PATIENCE

# Each setting with a value that is not its default, and what it becomes.
SET: dict[str, tuple[str, str, Any]] = {
    "area_per_person": ("7.2", "area_per_person", 7.2),
    "land_most": ("200", "land_most", 200.0),
    "photo_kinds": ("front, Roof,front", "photo_kinds", (PhotoKind.FRONT, PhotoKind.ROOF)),
    "hold_minutes": ("5", "hold", timedelta(minutes=5)),
    "hold_returned_hours": ("48", "hold_returned", timedelta(hours=48)),
    "undo_minutes": ("0", "undo", timedelta()),
    "keep_refused_days": ("90", "keep_refused", timedelta(days=90)),
    "keep_done_days": ("1826", "keep_done", timedelta(days=1826)),
    "notice_days": ("14", "notice", timedelta(days=14)),
    "begin_days": ("14", "begin", timedelta(days=14)),
    "half_days": ("45", "half", timedelta(days=45)),
    "done_days": ("90", "done", timedelta(days=90)),
    "remind_days": ("1, 3,14", "remind", (timedelta(days=14), timedelta(days=3), timedelta(days=1))),
    "grace_days": ("30", "grace", timedelta(days=30)),
    "answer_hours": ("24", "answer", timedelta(hours=24)),
    "aid_years": ("5", "aid", timedelta(days=1827)),
    "milestones": ("100,0,50%", "milestones", (0, 50, 100)),
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the machine has set does not count here."""
    monkeypatch.chdir(tmp_path)
    for name in SET:
        monkeypatch.delenv(f"BEDAH_{name.upper()}", raising=False)


def test_without_settings_the_defaults_rule() -> None:
    assert Settings().rules == DEFAULTS


def test_each_rule_has_its_setting() -> None:
    assert {field for _, field, _ in SET.values()} == set(Rules.__dataclass_fields__)


@pytest.mark.parametrize("name", SET)
def test_a_setting_changes_its_rule_and_no_other(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed, field, value = SET[name]
    monkeypatch.setenv(f"BEDAH_{name.upper()}", typed)
    rules = Settings().rules
    assert getattr(rules, field) == value != getattr(DEFAULTS, field)
    assert {one for one in Rules.__dataclass_fields__ if getattr(rules, one) != getattr(DEFAULTS, one)} == {field}


def test_no_kind_of_photo_may_be_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDAH_PHOTO_KINDS", "")
    assert Settings().rules.photo_kinds == ()


def test_the_running_program_goes_by_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (typed, _, _) in SET.items():
        monkeypatch.setenv(f"BEDAH_{name.upper()}", typed)
    with SandboxThread() as box:
        settings = Settings(token=SecretStr(box.sandbox.token), data=tmp_path,
                            api_url=box.sandbox.base_url.removesuffix("/bot"))
        store = open_store(settings)

        async def run() -> Rules:
            program = Program(settings, store)
            running = asyncio.create_task(program.run())
            await asyncio.wait_for(program.ready.wait(), PATIENCE)
            rules: Rules = program.application.bot_data[RUNTIME].rules
            program.stop()
            await running
            return rules

        found = asyncio.run(run())
        store.close()
    assert {field: getattr(found, field) for _, field, _ in SET.values()} == {
        field: value for _, field, value in SET.values()}


@pytest.mark.parametrize(("name", "typed", "words"), [
    ("area_per_person", "0", ("BEDAH_AREA_PER_PERSON", "greater than 0")),
    ("area_per_person", "9 m²", ("BEDAH_AREA_PER_PERSON", "valid number")),
    ("land_most", "-1", ("BEDAH_LAND_MOST", "greater than 0")),
    ("photo_kinds", "front,kitchen", ("BEDAH_PHOTO_KINDS", "kitchen", "for example front,roof", "bathroom")),
    ("hold_minutes", "0", ("BEDAH_HOLD_MINUTES", "greater than or equal to 1")),
    ("hold_returned_hours", "a day", ("BEDAH_HOLD_RETURNED_HOURS", "valid integer")),
    ("undo_minutes", "-5", ("BEDAH_UNDO_MINUTES", "greater than or equal to 0")),
    ("keep_refused_days", "0", ("BEDAH_KEEP_REFUSED_DAYS", "greater than or equal to 1")),
    ("keep_done_days", "3653.5", ("BEDAH_KEEP_DONE_DAYS", "valid integer")),
    ("half_days", "20", ("BEDAH_BEGIN_DAYS (30), BEDAH_HALF_DAYS (20) and BEDAH_DONE_DAYS (120) must follow",)),
    ("done_days", "0", ("BEDAH_DONE_DAYS", "greater than or equal to 1")),
    ("remind_days", "a week", ("BEDAH_REMIND_DAYS", "whole numbers", "not a week")),
    ("milestones", "0,150", ("BEDAH_MILESTONES", "from 0 to 100")),
    ("answer_hours", "0", ("BEDAH_ANSWER_HOURS", "greater than or equal to 1")),
    ("aid_years", "-1", ("BEDAH_AID_YEARS", "greater than or equal to 0")),
    ("notice_days", "365", ("BEDAH_NOTICE_DAYS (365) must be less than BEDAH_KEEP_REFUSED_DAYS (365)",)),
])
def test_what_makes_no_sense_is_refused_in_one_line(
    tmp_path: Path, name: str, typed: str, words: tuple[str, ...]
) -> None:
    done = bedah("migrate", folder=tmp_path, **{name: typed})
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("bedah: BEDAH_")
    for word in words:
        assert word in line


def test_the_readme_explains_each_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in SET:
        default = Settings.model_fields[name].default
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else f"{default:g}"
        assert f"| `BEDAH_{name.upper()}` | `{shown}` |" in readme
