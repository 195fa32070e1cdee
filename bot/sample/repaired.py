"""Draws the sample houses after the work: the same views, whole, and watermarked like the others."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw

from bot.sample.canvas import DARK, HEIGHT, WIDTH, Colour, Picture, finished
from storage.photos import PhotoKind

Draw = ImageDraw.ImageDraw
_LINE: Colour = (120, 116, 110)


def draw() -> dict[PhotoKind, Picture]:
    """One of each view, the same every time."""
    made = {}
    for kind, (ground, sketch) in _VIEWS.items():
        image = Image.new("RGB", (WIDTH, HEIGHT), ground)
        sketch(ImageDraw.Draw(image))
        made[kind] = finished(image, kind)
    return made


def _front(draw: Draw) -> None:
    """Straight walls, a whole roof, glass in the window, a new door."""
    draw.rectangle((0, 430, WIDTH, HEIGHT), fill=(138, 152, 104))
    draw.rectangle((200, 280, 600, 490), fill=(236, 228, 206))
    draw.polygon(((150, 290), (400, 140), (650, 290)), fill=(168, 74, 52))
    for step in range(1, 6):
        y = 140 + 150 * step / 6
        draw.line((400 - 250 * step / 6, y, 400 + 250 * step / 6, y), fill=(128, 54, 38), width=3)
    draw.rectangle((270, 350, 344, 490), fill=(112, 72, 44))
    draw.rectangle((440, 340, 540, 420), fill=(150, 196, 216), outline=(250, 250, 246), width=8)
    draw.line((490, 340, 490, 420), fill=(250, 250, 246), width=6)


def _roof(draw: Draw) -> None:
    """Light steel rafters under a cover without a gap."""
    for x in range(40, WIDTH, 120):
        draw.line((x, 0, x, HEIGHT), fill=(186, 190, 194), width=16)
    for y in range(60, HEIGHT, 100):
        draw.line((0, y, WIDTH, y), fill=(206, 208, 210), width=8)


def _floor(draw: Draw) -> None:
    """Tiles, laid to the wall."""
    draw.rectangle((0, 0, WIDTH, 150), fill=(232, 226, 210))
    for x in range(0, WIDTH + 1, 80):
        draw.line((x, 150, (x - WIDTH / 2) * 1.6 + WIDTH / 2, HEIGHT), fill=_LINE, width=3)
    for y in (150, 190, 250, 330, 430, 550):
        draw.line((0, y, WIDTH, y), fill=_LINE, width=3)


def _wall(draw: Draw) -> None:
    """Plastered and painted, with a skirting."""
    draw.rectangle((0, 500, WIDTH, HEIGHT), fill=(196, 188, 172))
    draw.line((0, 500, WIDTH, 500), fill=_LINE, width=10)
    draw.rectangle((560, 90, 720, 330), fill=(150, 196, 216), outline=(250, 250, 246), width=12)


def _bathroom(draw: Draw) -> None:
    """A latrine in a tiled room, with a basin of water."""
    for x in range(0, WIDTH, 80):
        draw.line((x, 0, x, 420), fill=(176, 200, 206), width=3)
    for y in range(0, 420, 70):
        draw.line((0, y, WIDTH, y), fill=(176, 200, 206), width=3)
    draw.rectangle((0, 420, WIDTH, HEIGHT), fill=(170, 176, 178))
    draw.ellipse((180, 440, 360, 550), fill=(246, 246, 242), outline=_LINE, width=5)
    draw.ellipse((250, 480, 300, 520), fill=DARK)
    draw.rectangle((480, 300, 760, 540), fill=(214, 222, 224), outline=_LINE, width=5)
    draw.rectangle((500, 320, 740, 380), fill=(120, 172, 196))


_VIEWS: dict[PhotoKind, tuple[Colour, Callable[[Draw], None]]] = {
    PhotoKind.FRONT: ((190, 216, 232), _front),
    PhotoKind.ROOF: ((112, 106, 100), _roof),
    PhotoKind.FLOOR: ((226, 220, 206), _floor),
    PhotoKind.WALL: ((238, 230, 208), _wall),
    PhotoKind.BATHROOM: ((206, 224, 228), _bathroom),
}
