"""What every sketch of the sample city has: its size, its watermark, and what the store wants to know of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

from storage.photos import PhotoKind

WIDTH, HEIGHT = 800, 600
WATERMARK = "CONTOH"
DARK = (52, 44, 40)

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """One JPEG. ``kind``: what it shows; ``key``: its SHA-256 in hex; ``likeness``: its 64-bit difference hash in
    hex."""

    kind: PhotoKind
    key: str
    data: bytes
    likeness: str
    width: int = WIDTH
    height: int = HEIGHT


def finished(image: Image.Image, kind: PhotoKind) -> Picture:
    """The sketch with its watermark, as a JPEG."""
    buffer = BytesIO()
    _stamp(image).save(buffer, "JPEG", quality=80, optimize=True)
    data = buffer.getvalue()
    return Picture(kind, hashlib.sha256(data).hexdigest(), data, _likeness(image))


def ragged(rng: Random, x: float, y: float, size: int) -> list[Point]:
    """A small torn hole around a point."""
    corners = ((-1, -0.3), (-0.4, -0.8), (0.5, -0.6), (1, 0.1), (0.4, 0.7), (-0.6, 0.6))
    return [(x + dx * size * rng.uniform(0.7, 1.1), y + dy * size * rng.uniform(0.7, 1.1)) for dx, dy in corners]


def _stamp(image: Image.Image) -> Image.Image:
    """The word :data:`WATERMARK` across the picture."""
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    font = ImageFont.load_default(size=120)
    ImageDraw.Draw(layer).text((WIDTH / 2, HEIGHT / 2), WATERMARK, font=font, fill=(255, 255, 255, 150), anchor="mm")
    return Image.alpha_composite(image.convert("RGBA"), layer.rotate(24)).convert("RGB")


def _likeness(image: Image.Image) -> str:
    """Difference hash: one bit for each of 8 × 8 neighbours, set where the left one is brighter."""
    small = image.convert("L").resize((9, 8), Image.Resampling.BILINEAR).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (small[row * 9 + column] > small[row * 9 + column + 1])
    return f"{bits:016x}"
