"""`bedah try` as a process of its own, and its page in the hands of a person who types and clicks."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.bot.rig import BotProcess

GROUP = "forum-bedah-rumah-contoh"


class TryOut(BotProcess):
    """`bedah try --no-browser` on a free port; `keep`: with its data in the folder; `limits`: with Telegram's."""

    def __init__(self, folder: Path, *, keep: bool = False, limits: bool = True) -> None:
        self.limits = limits
        self.command = ("try", "--no-browser", "--port", "0", *(("--folder", str(folder / "kept")) if keep else ()))
        self.settings: dict[str, str] = {}
        self.folder = folder
        self.output: list[str] = []
        self.process = None
        self._reading = None

    def address(self) -> str:
        """The page's address, once everything is there."""
        said = re.search(r"http://127\.0\.0\.1:\d+/", self.says("bedah: open"))
        assert said is not None
        return said.group()


class Column:
    """One chat on the page."""

    def __init__(self, page: Page, key: str) -> None:
        self.page = page
        self.node = page.locator(f"[data-chat='{key}']")

    def says(self, text: str) -> None:
        """Types a text and presses Enter."""
        field = self.node.locator("textarea[name=text]")
        field.fill(text)
        field.press("Enter")

    def speaks_as(self, key: str) -> Column:
        """In a group: chooses who speaks."""
        self.node.locator("select[name=speaker]").select_option(key)
        return self

    def sends(self, tool: str) -> None:
        """Clicks a tool below the field: `pin`, `photo-sample`."""
        self.node.locator(f".composer [data-action={tool}]").click()

    def shows(self, *words: str) -> Locator:
        """The newest message of the bot that has all these words, once it is there."""
        found = self.node.locator(".message.bot")
        for word in words:
            found = found.filter(has_text=word)
        expect(found.last).to_be_visible()
        return found.last

    def presses(self, label: str, *, under: str | None = None) -> None:
        """Clicks the newest button that begins with `label`, under a message with the words `under` if given.

        Signs and numbers before the label do not matter.
        """
        place = self.node if under is None else self.shows(under)
        text = re.compile(rf"^[\W\d]*?{re.escape(label)}")
        place.locator(".inline").filter(has_text=text).last.click()

    def is_told(self, words: str) -> None:
        """A box that must be put away before anything else."""
        box = self.page.locator("#alert")
        expect(box).to_contain_text(words)
        box.get_by_role("button").click()

    def opens_link(self, *, by: str | None = None, newcomer: str | None = None) -> None:
        """Clicks the newest link to the bot; it is opened by the person called `by`, or by somebody new."""
        self.node.locator(".message.bot .text a[href*='start=']").last.click()
        asked = self.page.locator("#opener")
        if newcomer is not None:
            asked.locator("input").fill(newcomer)
            asked.get_by_role("button", name="Buka").click()
        else:
            asked.get_by_role("button", name=by).click()


class Town:
    """All the columns."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sari, self.vera, self.budi, self.citra, self.admin, self.group = (
            Column(page, key) for key in ("sari", "vera", "budi", "citra", "admin", GROUP))

    def column(self, key: str) -> Column:
        """The column of somebody who came later."""
        return Column(self.page, key)


def table(message: Locator, column: str) -> dict[str, list[int]]:
    """The rows of whole figures in a digest's table, the one with a column of that name, by their names."""
    blocks = [[line.split() for line in block.splitlines()] for block in message.locator("pre").all_text_contents()]
    header, *rows = next(block for block in blocks if column in block[0])
    width = len(header) - 1
    return {" ".join(row[:-width]): [int(figure) for figure in row[-width:]]
            for row in rows if all(re.fullmatch(r"\d+", figure) for figure in row[-width:])}


def check_sums(message: Locator) -> tuple[int, int, int]:
    """Every row, column and headline of a digest agrees with every other: how many need work, are taken, are open."""
    text = message.inner_text()
    needing, taken, still = map(int, re.findall(r"(\d+) butuh bedah = (\d+) sudah ada mitra \+ (\d+) belum", text)[0])
    assert needing == taken + still
    assert f"{still} rumah belum ada mitra" in text
    sources = [int(figure) for figure in re.findall(r"APBD (\d+) · Baznas (\d+) · CSR (\d+)", text)[0]]
    by_source = table(message, "Baznas")
    assert all(sum(row[:-1]) == row[-1] for row in by_source.values())
    *stages, all_stages = (by_source[name] for name in ("Diklaim", "Dikerjakan", "Selesai", "Diserahkan", "Total"))
    target, used, left = (by_source[name] for name in ("Target", "Terpakai", "Sisa kuota"))
    assert target == [one + other for one, other in zip(used, left, strict=True)]
    assert [sum(column) for column in zip(*stages, strict=True)] == all_stages == [*sources, taken]
    *places, all_places = table(message, "Butuh").values()
    assert len(places) == 7
    assert all(row[0] == row[1] + row[2] and row[3] <= row[1] for row in [*places, all_places])
    assert [sum(column) for column in zip(*places, strict=True)] == all_places
    assert all_places[:3] == [needing, taken, still]
    return needing, taken, still
