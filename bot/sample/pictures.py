"""Draws the photos of the sample houses: plain sketches, watermarked, so that none is taken for a real house."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

from bot.sample import closeups
from bot.sample.canvas import DARK, HEIGHT, WIDTH, Colour, Picture, Point, finished, ragged
from storage.photos import PhotoKind

FRONTS = 12

_SKIES: tuple[Colour, ...] = ((188, 214, 230), (205, 220, 224), (226, 222, 208))
_GROUNDS: tuple[Colour, ...] = ((150, 128, 92), (126, 140, 88), (160, 146, 118))
_ROOFS: tuple[Colour, ...] = ((150, 78, 56), (122, 96, 80), (134, 138, 140))
_WALLS: tuple[Colour, ...] = ((206, 182, 140), (178, 108, 82), (214, 206, 190), (160, 132, 100))


def draw_all() -> list[Picture]:
    """The same different sketches every time: :data:`FRONTS` houses, and some of each of their parts."""
    return [_picture(number) for number in range(FRONTS)] + closeups.draw()


def _picture(number: int) -> Picture:
    rng = Random(number)
    image = Image.new("RGB", (WIDTH, HEIGHT), _SKIES[number % len(_SKIES)])
    draw = ImageDraw.Draw(image)
    ground = 430
    draw.rectangle((0, ground, WIDTH, HEIGHT), fill=_GROUNDS[number // 3 % len(_GROUNDS)])
    _tree(draw, rng, ground)
    _house(draw, rng, number, ground)
    return finished(image, PhotoKind.FRONT)


def _tree(draw: ImageDraw.ImageDraw, rng: Random, ground: int) -> None:
    x = rng.choice((70, 120, 700, 740))
    draw.rectangle((x - 9, ground - 150, x + 9, ground + 10), fill=(102, 78, 54))
    for _ in range(5):
        at, up = x + rng.randint(-45, 45), ground - 170 + rng.randint(-50, 30)
        draw.ellipse((at - 48, up - 38, at + 48, up + 38), fill=(84, 118 + rng.randint(-14, 14), 70))


def _house(draw: ImageDraw.ImageDraw, rng: Random, number: int, ground: int) -> None:
    left, right = 190 + rng.randint(-40, 30), 610 + rng.randint(-30, 40)
    foot, eaves, ridge = ground + 60, 290 + rng.randint(-15, 25), 160 + rng.randint(-20, 30)
    lean = rng.choice((-26, -12, 0, 14, 28))  # an old frame leans; its foot stays where it is
    wall = _WALLS[number % len(_WALLS)]
    draw.polygon(((left, foot), (right, foot), (right + lean, eaves), (left + lean, eaves)), fill=wall)
    _wall_texture(draw, number, (left, eaves, right, foot), lean)
    door = left + (right - left) // 3
    draw.rectangle((door, foot - 130, door + 74, foot), fill=DARK)
    window = right - 130
    draw.rectangle((window, eaves + 55, window + 78, eaves + 122), fill=DARK)
    draw.line((window, eaves + 55, window + 78, eaves + 122), fill=(170, 140, 100), width=8)  # boarded up
    for _ in range(2):  # holes in the wall
        x, y = rng.randint(left + 20, right - 60), rng.randint(eaves + 30, foot - 50)
        draw.polygon(ragged(rng, x, y, 26), fill=DARK)
    middle = (left + right) / 2 + lean
    sag = rng.randint(8, 34)
    roof = ((left - 44 + lean, eaves + 12), (middle - 70, ridge), (middle, ridge + sag), (middle + 70, ridge),
            (right + 44 + lean, eaves + 12))
    draw.polygon(roof, fill=_ROOFS[number % len(_ROOFS)])
    for step in range(1, 6):
        course = ridge + sag + (eaves - ridge - sag) * step / 6
        reach = (right - left) / 2 * (0.35 + 0.62 * step / 6)
        draw.line((middle - reach, course, middle + reach, course), fill=DARK, width=2)
    for _ in range(2 + number % 3):  # the roof is open to the sky
        x, y = rng.randint(left + 70, right - 70) + lean, rng.randint(eaves - 60, eaves - 20)
        draw.polygon(ragged(rng, x, y, 34), fill=DARK)
    if number % 4 == 3:  # a tarpaulin where the roof is gone
        sheet = ((middle + 20, ridge + 40), (middle + 130, eaves - 40), (middle + 70, eaves), (middle - 20, eaves - 50))
        draw.polygon(sheet, fill=(62, 108, 164))


def _wall_texture(draw: ImageDraw.ImageDraw, number: int, box: tuple[int, int, int, int], lean: int) -> None:
    left, top, right, foot = box
    shade: Colour = (120, 94, 70)
    if number % 3 == 0:  # boards
        for x in range(left + 24, right, 30):
            draw.line((x + lean, top, x, foot), fill=shade, width=3)
    elif number % 3 == 1:  # bricks, unplastered
        for row, y in enumerate(range(top + 16, foot, 18)):
            drift = lean * (foot - y) / (foot - top)
            draw.line((left + drift, y, right + drift, y), fill=shade, width=2)
            for x in range(left + 20 * (row % 2), right, 40):
                draw.line((x + drift, y, x + drift, min(y + 18, foot)), fill=shade, width=2)
    else:  # woven bamboo
        for x in range(left - 200, right, 26):
            for end in (x + 200, x - 200):
                strip = _within((x + 100, top), (end + 100, foot), left, right)
                draw.line([(at + lean * (foot - y) / (foot - top), y) for at, y in strip], fill=shade, width=2)


def _within(start: Point, end: Point, left: int, right: int) -> tuple[Point, Point]:
    """The line cut off at the sides of the wall."""
    def cut(a: Point, b: Point) -> Point:
        x = min(max(a[0], left), right)
        if b[0] == a[0] or x == a[0]:
            return x, a[1]
        return x, a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])

    if max(start[0], end[0]) <= left or min(start[0], end[0]) >= right:
        return (left, start[1]), (left, start[1])
    return cut(start, end), cut(end, start)
