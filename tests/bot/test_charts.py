"""Charts and maps come out as pictures that a telephone shows and the colour-blind read, whatever stands in them."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from bot.charts import draw_chart
from bot.maps import draw_map
from bot.page import COLOURS, cut, wrapped

KINDS = list(COLOURS)
NAME = "Kecamatan Dengan Nama Empat Puluh Huruf 0"
WORDS: dict[str, Any] = {
    "title": "Bedah Rumah per kecamatan · Senin, 9 Maret 2026", "message": "106 rumah belum ada mitra",
    "source": "Sumber: data Program Bedah Rumah Kota Contoh,\nSenin, 9 Maret 2026, 08.00 WIB",
    "legend": [[kind, kind.replace("_", " ")] for kind in KINDS],
}


def row(name: str, *parts: int) -> dict[str, Any]:
    return {"name": name, "note": f"belum {parts[-1]} dari {sum(parts)}", "parts": [[one, str(one)] for one in parts]}


def bars(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return WORDS | {"sums": "264 butuh bedah = 158 sudah ada mitra + 106 belum", "rows": list(rows)} | more


def spot(x: int, y: int, *parts: int, name: str = "") -> dict[str, Any]:
    return {"at": [x, y], "parts": list(parts), "written": str(sum(parts)), "name": name}


def city(*spots: dict[str, Any], **more: Any) -> dict[str, Any]:
    return WORDS | {"size": [1000, 900], "key": "Angka: rumah", "shapes": [], "spots": list(spots), "names": []} | more


def picture(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as opened:
        assert opened.format == "PNG"
        return opened.convert("RGB")


def painted(drawn: Image.Image, below: int = 330) -> dict[str, int]:
    """Pixels in each stage's colour under the legend."""
    found = {pixels: number for number, pixels in drawn.crop((0, below, drawn.width, drawn.height)).getcolors(2**24)
             or []}
    return {kind: found.get(_rgb(colour), 0) for kind, colour in COLOURS.items()}


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


@pytest.mark.parametrize("rows", [
    [], [row("Setu", 0, 0, 0, 0, 1)], [row(f"Tempat {number}", 5, 4, 3, 2, number) for number in range(40)],
    [row(NAME, 10**9, 10**8, 0, 10**9, 10**10), row("$x^2_{$ & <b> 王", 0, 0, 0, 0, 0)],
], ids=["none", "one", "forty", "huge"])
def test_a_chart_of_any_size_is_a_picture_for_a_telephone(rows: list[dict[str, Any]]) -> None:
    drawn = picture(draw_chart(bars(*rows)))
    assert drawn.width == 1080
    assert 400 <= drawn.height <= 1600
    # Nothing stands outside: the margin is as empty as it was.
    for edge in ((0, 0, 20, drawn.height), (1060, 0, 1080, drawn.height), (0, drawn.height - 8, 1080, drawn.height)):
        assert drawn.crop(edge).getcolors() == [((edge[2] - edge[0]) * (edge[3] - edge[1]), (255, 255, 255))]


def test_each_stage_takes_as_much_of_a_bar_as_it_has_houses() -> None:
    seen = painted(picture(draw_chart(bars(row("Setu", 10, 20, 30, 40, 100), row("Serpong", 10, 20, 30, 40, 0)))))
    for less, more in pairwise(("handed_over", "finished", "in_progress", "claimed")):
        assert 0 < seen[less] < seen[more]
    assert seen["open"] > 10_000
    alone = painted(picture(draw_chart(bars(row("Setu", 0, 0, 0, 0, 7)))))
    assert [kind for kind, number in alone.items() if number > 50] == ["open"]


def test_colours_are_told_apart_by_those_who_see_fewer_of_them() -> None:
    """Neighbours differ by half in brightness as everybody, and as people without red or green cones, see them."""
    simulated = {  # Viénot, Brettel & Mollon 1999, on linear light
        "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        "protanopia": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
        "deuteranopia": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
    }

    def light(colour: str, seen: Any) -> float:
        linear = [(part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4)
                  for part in _rgb(colour)]
        red, green, blue = (sum(a * b for a, b in zip(line, linear, strict=True)) for line in seen)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05

    for seen in simulated.values():
        brightness = [light(colour, seen) for colour in COLOURS.values()]
        assert all(max(pair) / min(pair) >= 1.5 for pair in pairwise(brightness))


def test_words_are_cut_where_room_ends() -> None:
    assert cut("Setu", 30, 400) == "Setu"
    assert cut(NAME * 3, 30, 400).endswith("…")
    assert wrapped("satu dua\ntiga", 20, 500, 2) == ["satu dua", "tiga"]
    assert wrapped("kata " * 90, 20, 500, 2)[1].endswith("…")


@pytest.mark.parametrize("spots", [
    [], [spot(0, 0, 1, 0, 0, 0, 0, name=NAME)], [spot(500, 500, 1, 2, 3, 4, 5) for _ in range(40)],
    [spot(1000 * (number % 20), 900 * (number // 20), 10**9, 0, 0, 0, 10**9) for number in range(400)],
], ids=["none", "one", "all at one place", "four hundred"])
def test_a_map_of_any_size_is_a_picture_for_a_telephone(spots: list[dict[str, Any]]) -> None:
    drawn = picture(draw_map(city(*spots, size=[1000, 900] if len(spots) > 1 else [0, 0])))
    assert drawn.width == 1080
    assert 600 <= drawn.height <= 1600


def test_a_map_shows_the_stages_on_the_ground_of_the_kelurahan() -> None:
    ground = {"tint": 0, "ring": [[0, 0], [1000, 0], [1000, 900], [0, 900]]}
    drawn = picture(draw_map(city(spot(200, 200, 3, 3, 3, 3, 3), spot(800, 700, 1, 0, 0, 0, 0), shapes=[ground],
                                  names=[["Setu", [500, 500]]])))
    assert all(number > 100 for number in painted(drawn).values())
    assert drawn.getpixel((540, 900)) == _rgb("#e6ebf0")


def test_rings_that_lie_on_each_other_are_pushed_apart() -> None:
    one = painted(picture(draw_map(city(spot(500, 500, 0, 0, 9, 0, 0)))))["in_progress"]
    three = painted(picture(draw_map(city(*[spot(500, 500, 0, 0, 9, 0, 0)] * 3))))["in_progress"]
    assert three == pytest.approx(3 * one, rel=0.05)
