"""Files: photos made or checked with Pillow, documents, and the file ids under which they are kept."""

import hashlib
import io
import secrets
import zlib
from functools import lru_cache

from PIL import Image, ImageDraw, UnidentifiedImageError

from bot.sandbox.errors import bad_request
from bot.sandbox.model import Json, StoredFile

MAX_PHOTO = 10 * 1024 * 1024  # bytes a bot may send as a photo
MAX_UPLOAD = 50 * 1024 * 1024  # bytes a bot may send at all
MAX_DOWNLOAD = 20 * 1024 * 1024  # bytes a bot may fetch
EDGES = (90, 320, 800, 1280)  # longest edge of each photo size, pixels


class Library:
    """All files of the sandbox, by file_id and by download path."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.by_path: dict[str, StoredFile] = {}

    def add(self, data: bytes, kind: str, mime: str, name: str | None = None, **size: int) -> StoredFile:
        """Keeps a file. The unique id follows from the content, the file id is new each time."""
        suffix = name.rsplit(".", 1)[-1] if name and "." in name else mime.rsplit("/", 1)[-1]
        suffix = suffix if suffix.isalnum() else "bin"
        unique = "AQAD" + hashlib.sha256(data).hexdigest()[:12]
        path = f"{kind}s/file_{len(self.by_id)}.{suffix}"
        file = StoredFile("AgACAg" + secrets.token_urlsafe(24), unique, data, path, kind, mime, name, **size)
        self.by_id[file.file_id] = self.by_path[path] = file
        return file

    def get(self, file_id: str) -> StoredFile:
        """Raises ApiError 400 for an id that was never given out."""
        file = self.by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return file

    def photo(self, data: bytes) -> list[Json]:
        """Checks an image as Telegram does and keeps its sizes: a list of `PhotoSize`, smallest first.

        Raises ApiError 400: empty, over 10 MB, no image, width + height over 10 000, sides beyond 1:20.
        """
        if not data:
            raise bad_request("file must be non-empty")
        if len(data) > MAX_PHOTO:
            raise bad_request(
                f"file of size {len(data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
            )
        sizes = []
        for scaled, width, height in _scaled(data):
            file = self.add(scaled, "photo", "image/jpeg", width=width, height=height)
            sizes.append({**file.describe(), "width": width, "height": height})
        return sizes


@lru_cache(maxsize=64)
def _scaled(data: bytes) -> list[tuple[bytes, int, int]]:
    """JPEG bytes, width and height for each size that is not larger than the image."""
    try:
        with Image.open(io.BytesIO(data)) as source:
            width, height = source.size
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
            image = source.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as problem:
        raise bad_request("IMAGE_PROCESS_FAILED") from problem
    made: list[tuple[bytes, int, int]] = []
    longest = max(width, height)
    for edge in [edge for edge in EDGES if edge < longest] + [min(longest, EDGES[-1])]:
        size = (max(1, round(width * edge / longest)), max(1, round(height * edge / longest)))
        if made and made[-1][1:] == size:
            continue
        buffer = io.BytesIO()
        image.resize(size).save(buffer, "JPEG", quality=82)
        made.append((buffer.getvalue(), *size))
    return made


@lru_cache(maxsize=64)
def house_photo(seed: int = 0, width: int = 960, height: int = 720) -> bytes:
    """A JPEG of a drawn house, different for each `seed`: colours, leaning roof, broken tiles."""
    pick = zlib.crc32(str(seed).encode())
    image = Image.new("RGB", (width, height), ["#bcd7e8", "#cfe0ea", "#e8d9c0", "#c9d6cf"][pick % 4])
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 0.72, width, height), fill=["#8a9a5b", "#a58d62", "#7f9369"][pick // 4 % 3])
    left, right, top, ground = width * 0.2, width * 0.8, height * 0.42, height * 0.82
    wall = ["#d9c7a3", "#c7b299", "#b9a58c", "#d8d2c4"][pick // 12 % 4]
    draw.rectangle((left, top, right, ground), fill=wall, outline="#6b5a45", width=4)
    lean = (pick // 48 % 7 - 3) * width * 0.01
    roof = [(left - 50, top), (width * 0.5 + lean, height * 0.16), (right + 50, top)]
    draw.polygon(roof, fill=["#9c4a36", "#7d5a4a", "#8d8478"][pick // 336 % 3], outline="#5d3327")
    for n in range(pick // 1008 % 4 + 1):  # holes in the roof
        x = left + (right - left) * ((pick >> n * 3) % 80 + 10) / 100
        draw.ellipse((x, top - 60, x + 44, top - 34), fill="#2f2a26")
    draw.rectangle((width * 0.45, height * 0.56, width * 0.56, ground), fill="#5b4632", outline="#3c2e20", width=3)
    for x in (0.27, 0.64):
        draw.rectangle((width * x, height * 0.52, width * (x + 0.1), height * 0.66), fill="#37474f", outline="#5b4632",
                       width=4)  # fmt: skip
    draw.line([(left + 20, top + 10), (left + 60, top + 110), (left + 40, ground - 20)], fill="#6b5a45", width=3)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def voice_note() -> bytes:
    """The smallest thing that starts like an Ogg voice note."""
    return b"OggS" + bytes(22) + b"OpusHead" + bytes(600)
