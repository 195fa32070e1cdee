"""`bedah try --folder` is ended and started again: everybody goes on where they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bot.browser import browsing, chromium
from tests.bot.rig import bedah_afresh
from tests.bot.try_page import Town, TryOut, check_sums


@pytest.mark.long
def test_a_kept_try_out_goes_on_where_it_was(tmp_path: Path) -> None:
    chromium()
    with TryOut(tmp_path, keep=True) as running, browsing(running.address()) as page:
        town = Town(page)
        town.group.shows("Rekap harian Bedah Rumah ke-1")
        town.sari.says("/daftar")
        town.sari.presses("Setuju", under="1/14")
        town.sari.shows("2/14")
        town.sari.says("Siti Aminah")
        town.sari.shows("3/14")
        assert running.terminate() == 0
    with TryOut(tmp_path, keep=True) as running, browsing(running.address()) as page:
        town = Town(page)
        assert check_sums(town.group.shows("Rekap harian Bedah Rumah ke-1")) == (264, 158, 106)
        town.sari.shows("3/14", "Kepala keluarga: Siti Aminah")
        town.sari.says("3674014107800001")
        town.sari.shows("4/14")
        town.group.speaks_as("admin").says("/rekap")
        assert check_sums(town.group.shows("keadaan saat ini", "Tidak ada rumah butuh bedah")) == (264, 158, 106)
        expect(town.group.node.get_by_text("Rekap harian Bedah Rumah ke-")).to_have_count(2)  # the chart and the text
        port = page.url.rstrip("/").rpartition(":")[2]
        second = bedah_afresh("try", "--no-browser", "--port", port, folder=tmp_path)
        assert (second.returncode, second.stderr) == (1, f"bedah: Port {port} is taken; choose another with --port.\n")
        assert running.terminate() == 0
