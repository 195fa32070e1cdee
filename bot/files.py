"""Pictures: checked, stripped of metadata, stored by what they contain (decision 10)."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import fsspec
import pillow_heif
from PIL import ExifTags, Image, ImageOps

# Only these are decoded: the fewer decoders, the fewer surprises in a file from outside.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MAX_PIXELS = 60_000_000
MIN_SIDE = 32
LONG_SIDE = 1600
QUALITY = 85

pillow_heif.register_heif_opener()


class BadPicture(Exception):
    """``problem``: ``not_image``, ``too_big``, ``too_small`` or ``bad_pdf``."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Picture:
    """A stored copy: JPEG bytes without metadata; ``likeness`` is a 64-bit difference hash in hex. ``place``: where the
    camera was (latitude, longitude in degrees), if the file said so; the copy does not."""

    data: bytes
    key: str
    width: int
    height: int
    likeness: str
    place: tuple[float, float] | None = None


def prepare(data: bytes) -> Picture:
    """Check and re-encode a picture.

    Raises:
        BadPicture: it is none, or has too many or too few pixels.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise BadPicture("too_big")
            if min(opened.size) < MIN_SIDE:
                raise BadPicture("too_small")
            place = _place(opened)
            opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
            upright = _upright(opened).convert("RGB")
    except BadPicture:
        raise
    except Exception as error:  # decoders raise whatever they like on damaged bytes
        raise BadPicture("not_image") from error
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    out = io.BytesIO()
    # Else the encoder would write the comment of the file that was read.
    upright.info.clear()
    upright.save(out, "JPEG", quality=QUALITY)
    stored, likeness = out.getvalue(), _likeness(upright)
    return Picture(stored, hashlib.sha256(stored).hexdigest(), upright.width, upright.height, likeness, place)


def pdf_key(data: bytes) -> str:
    """Check a PDF, which is kept as it came; the key to keep it under.

    Raises:
        BadPicture: ``bad_pdf`` it is damaged, or locked with a password.
    """
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-1024:] or b"/Encrypt" in data:
        raise BadPicture("bad_pdf")
    return f"{hashlib.sha256(data).hexdigest()[:60]}.pdf"


def _place(picture: Image.Image) -> tuple[float, float] | None:
    """Where the camera says it was; None where it does not, or says what cannot be."""
    try:
        told = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        lat = _degrees(told[ExifTags.GPS.GPSLatitude], str(told[ExifTags.GPS.GPSLatitudeRef]), "NS", 90)
        lon = _degrees(told[ExifTags.GPS.GPSLongitude], str(told[ExifTags.GPS.GPSLongitudeRef]), "EW", 180)
    except Exception:  # damaged metadata is no reason to refuse good pixels
        return None
    # A camera that has not found its place yet writes zeros.
    return (lat, lon) if (lat, lon) != (0, 0) else None


def _degrees(parts: Any, side: str, sides: str, most: int) -> float:
    """Degrees, minutes and seconds as one signed number.

    Raises:
        ValueError: it is no angle.
    """
    told = parts if isinstance(parts, tuple) else (parts,)
    degrees, minutes, seconds = (float(one) for one in (*told, 0, 0)[:3])
    found = degrees + minutes / 60 + seconds / 3600
    sign = sides.index(side.strip("\0 ").upper()[:1] or "?")
    if not (degrees >= 0 <= minutes <= 60 and 0 <= seconds <= 60 and found <= most):
        raise ValueError("no angle")
    return round(-found if sign else found, 6)


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; damaged metadata is no reason to refuse good pixels."""
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        return picture


def _likeness(picture: Image.Image) -> str:
    """Difference hash: is each pixel of a 9×8 grey thumbnail brighter than its right neighbour?"""
    small = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    grey = small.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return f"{bits:016x}"


class FileStore:
    """Bytes by key, in a local folder or any object store that fsspec knows."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url)
        self._aside = f"{self._root}/aside"

    def check(self) -> None:
        """Whether a local folder takes files; an object store may be away for a moment, and is not asked.

        Raises:
            OSError: it does not.
        """
        if "file" in self._fs.protocol:
            self._fs.makedirs(self._aside, exist_ok=True)
            probe = f"{self._aside}/{secrets.token_hex(8)}"
            self._fs.pipe_file(probe, b"")
            self._fs.rm_file(probe)

    def put(self, key: str, data: bytes) -> None:
        """Store; the same key holds the same bytes, so a second time changes nothing."""
        path = self._path(key)
        if self._fs.exists(path):
            return
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        # Written aside and moved: a crash in between leaves no half picture under the key.
        self._fs.makedirs(self._aside, exist_ok=True)
        aside = f"{self._aside}/{secrets.token_hex(8)}"
        self._fs.pipe_file(aside, data)
        self._fs.mv(aside, path)

    def get(self, key: str) -> bytes:
        """The bytes.

        Raises:
            FileNotFoundError: there are none.
        """
        return bytes(self._fs.cat_file(self._path(key)))

    def delete(self, key: str) -> None:
        """Delete the bytes, if there are any."""
        path = self._path(key)
        if self._fs.exists(path):
            self._fs.rm_file(path)

    def tidy(self, before: datetime) -> None:
        """Delete what a process that died in :meth:`put` left aside before a time."""
        for path in self._fs.ls(self._aside, detail=False) if self._fs.exists(self._aside) else []:
            if self._fs.modified(path) < before:
                self._fs.rm_file(path)

    def _path(self, key: str) -> str:
        """Pictures are JPEG; a key that carries an ending is of something else."""
        return f"{self._root}/{key[:2]}/{key if '.' in key else f'{key}.jpg'}"
