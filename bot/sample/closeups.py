"""Draws the parts of the sample houses from close by: the roof from below, the floor, a wall, the bathroom."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from bot.sample.canvas import DARK, HEIGHT, WIDTH, Colour, Picture, finished, ragged
from storage.photos import PhotoKind

_EACH = 2
_SKY: Colour = (205, 222, 232)
Draw = ImageDraw.ImageDraw


def draw() -> list[Picture]:
    """Two of each part, the same every time."""
    made = []
    for kind, (ground, sketch) in _PARTS.items():
        for number in range(_EACH):
            image = Image.new("RGB", (WIDTH, HEIGHT), ground[number])
            sketch(ImageDraw.Draw(image), Random(f"{kind}{number}"), number)
            made.append(finished(image, kind))
    return made


def _roof(draw: Draw, rng: Random, number: int) -> None:
    """Rafters and battens; daylight where the cover is gone."""
    for _ in range(5):
        draw.polygon(ragged(rng, rng.randint(90, 710), rng.randint(80, 520), 70 + 30 * number), fill=_SKY)
    for y in range(20, HEIGHT, 70):
        draw.line((0, y, WIDTH, y + 24), fill=(96, 74, 54), width=9)
    for x in range(-40, WIDTH + 80, 150 - 30 * number):
        draw.line((x, 0, x + 60 * (1 - 2 * number), HEIGHT), fill=(74, 56, 42), width=26)


def _floor(draw: Draw, rng: Random, number: int) -> None:
    """Bare earth with puddles, or broken cement; the wall behind it."""
    draw.rectangle((0, 0, WIDTH, 150), fill=(172, 150, 120))
    if number:
        draw.rectangle((0, 150, WIDTH, HEIGHT), fill=(158, 156, 150))
    for _ in range(6):
        x, y = rng.randint(60, 740), rng.randint(230, 560)
        draw.polygon(ragged(rng, x, y, rng.randint(40, 95)), fill=(104, 84, 62) if number else (128, 106, 78))
    for _ in range(9):
        x, y = rng.randint(0, WIDTH), rng.randint(170, HEIGHT)
        draw.line((x, y, x + rng.randint(-170, 170), y + rng.randint(20, 110)), fill=DARK, width=3)


def _wall(draw: Draw, rng: Random, number: int) -> None:
    """Boards with gaps, or plaster that has come off."""
    if number:
        for _ in range(4):
            draw.polygon(ragged(rng, rng.randint(120, 680), rng.randint(110, 490), 110), fill=(164, 96, 72))
        crack = [(90.0, 0.0)]
        while crack[-1][1] < HEIGHT:
            crack.append((crack[-1][0] + rng.randint(10, 90), crack[-1][1] + rng.randint(30, 80)))
        draw.line(crack, fill=DARK, width=6)
        return
    for x in range(0, WIDTH, 80):
        draw.rectangle((x, rng.randint(0, 30), x + 70, HEIGHT - rng.randint(0, 60)), fill=(138, 106, 74))
        draw.line((x + 35, 0, x + 30, HEIGHT), fill=(112, 84, 58), width=3)
    draw.polygon(ragged(rng, 520, 380, 90), fill=DARK)


def _bathroom(draw: Draw, rng: Random, number: int) -> None:
    """A bucket and a slab behind a sheet of plastic, or a half wall with nothing behind it."""
    draw.rectangle((0, 420, WIDTH, HEIGHT), fill=(128, 122, 112))
    for x in range(0, WIDTH, 40):
        draw.line((x, 0, x + rng.randint(-8, 8), 420), fill=(120, 98, 70), width=12)
    draw.polygon(((230, 470), (430, 470), (470, 560), (190, 560)), fill=(176, 170, 160))
    draw.ellipse((290, 492, 370, 536), fill=DARK)
    if number:
        draw.rectangle((480, 250, 790, 440), fill=(170, 110, 86))
        return
    draw.polygon(((560, 400), (700, 400), (680, 550), (580, 550)), fill=(70, 112, 160))
    draw.rectangle((60, 40, 210, 410), fill=(150, 176, 186))


_PARTS: dict[PhotoKind, tuple[tuple[Colour, Colour], Callable[[Draw, Random, int], None]]] = {
    PhotoKind.ROOF: (((58, 50, 46), (84, 66, 52)), _roof),
    PhotoKind.FLOOR: (((140, 116, 84), (150, 128, 98)), _floor),
    PhotoKind.WALL: (((46, 40, 36), (214, 204, 186)), _wall),
    PhotoKind.BATHROOM: (((160, 134, 98), (178, 160, 128)), _bathroom),
}
