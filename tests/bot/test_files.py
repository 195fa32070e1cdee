"""Pictures from outside: what is kept of them, and what damaged bytes come to."""

from __future__ import annotations

import io
import random
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from bot.files import LONG_SIDE, BadPicture, FileStore, pdf_key, prepare


def _picture(kind: str, size: tuple[int, int] = (320, 240), **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def test_a_large_photo_is_made_smaller_and_loses_its_place_and_camera() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera Contoh"
    exif[0x8825] = {1: "S", 2: (6.0, 20.0, 34.0), 3: "E", 4: (106.0, 44.0, 17.0)}
    exif[0x0112] = 6  # held upright: a quarter turn
    made = prepare(_picture("JPEG", (2400, 1800), exif=exif))
    assert (made.width, made.height) == (LONG_SIDE * 3 // 4, LONG_SIDE)
    with Image.open(io.BytesIO(made.data)) as stored:
        assert not stored.getexif()
    assert b"Kamera" not in made.data


def _gps(*told: object) -> Image.Exif:
    exif = Image.Exif()
    exif[0x8825] = {number: value for number, value in enumerate(told, 1) if value is not None}
    return exif


SOUTH_EAST = ("S", (6.0, 20.0, 34.0), "E", (106.0, 44.0, 17.5))
THERE = (-6.342778, 106.738194)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_place_is_told_once_and_is_not_in_the_copy(kind: str) -> None:
    made = prepare(_picture(kind, exif=_gps(*SOUTH_EAST)))
    assert made.place == THERE
    assert prepare(made.data).place is None
    with Image.open(io.BytesIO(made.data)) as stored:
        assert not stored.getexif()
        assert set(stored.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(("told", "place"), [
    (("N", (1.0, 30.0, 0.0), "W", (70.0, 15.0, 0.0)), (1.5, -70.25)),
    (("s", (6.5,), "e", (106.25,)), (-6.5, 106.25)),
    (("S", (6.0, 20.5, 0.0), "E", (106.0, 44.0, 0.0)), (-6.341667, 106.733333)),
    (("S", (0.0, 0.0, 0.0), "E", (0.0, 0.0, 0.0)), None), (("S", (96.0, 0.0, 0.0), "E", (106.0, 0.0, 0.0)), None),
    (("S", (6.0, 99.0, 0.0), "E", (106.0, 0.0, 0.0)), None), (("X", (6.0, 0.0, 0.0), "E", (106.0, 0.0, 0.0)), None),
    (("", (6.0, 0.0, 0.0), "E", (106.0, 0.0, 0.0)), None), ((None, (6.0, 0.0, 0.0), "E", (106.0, 0.0, 0.0)), None),
    (("S", (6.0, 0.0, 0.0)), None), (("S", None, "E", None), None), ((), None),
    (("S", (IFDRational(0, 0), 0.0, 0.0), "E", (106.0, 0.0, 0.0)), None),
])
def test_every_way_of_saying_where_and_what_says_nothing(
    told: tuple[object, ...], place: tuple[float, float] | None
) -> None:
    assert prepare(_picture("JPEG", exif=_gps(*told))).place == place


def test_comments_and_descriptions_are_dropped() -> None:
    made = prepare(_picture("JPEG", comment=b"Kamera Contoh", xmp=b"<x>Kamera Contoh</x>", dpi=(300, 300)))
    assert b"Kamera" not in made.data


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_odd_metadata_is_no_reason_to_refuse_good_pixels() -> None:
    good = _picture("JPEG", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\xff\xff\xff\xff")
    made = prepare(good)
    assert (made.width, made.height) == (320, 240)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_damaged_bytes_are_bad_pictures_and_never_anything_else(kind: str) -> None:
    whole, chance = _picture(kind), random.Random(kind)
    for _ in range(150):
        damaged = bytearray(whole[: chance.randint(1, len(whole))])
        for _ in range(chance.randint(0, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(BadPicture):  # anything else fails the test
            prepare(bytes(damaged))


@pytest.mark.parametrize(("data", "problem"), [
    (b"", "not_image"), (b"GIF89a" + b"\x00" * 50, "not_image"), (b"<svg/>", "not_image"),
    (_picture("PNG", (8, 300)), "too_small"),
])
def test_what_is_no_usable_picture_is_named(data: bytes, problem: str) -> None:
    with pytest.raises(BadPicture) as caught:
        prepare(data)
    assert caught.value.problem == problem


def test_the_same_picture_gets_the_same_likeness_smaller_or_not() -> None:
    out, small = io.BytesIO(), io.BytesIO()
    drawn = Image.linear_gradient("L").rotate(30).resize((800, 600)).convert("RGB")
    drawn.save(out, "JPEG", quality=95)
    drawn.resize((400, 300)).save(small, "JPEG", quality=60)
    one, other = prepare(out.getvalue()), prepare(small.getvalue())
    assert (int(one.likeness, 16) ^ int(other.likeness, 16)).bit_count() <= 4


def test_bytes_are_found_by_what_they_are(tmp_path: object) -> None:
    files = FileStore(f"{tmp_path}/kept")
    files.put("ab12", b"one")
    files.put("ab12", b"one")
    assert files.get("ab12") == b"one"
    with pytest.raises(FileNotFoundError):
        files.get("cd34")


GOOD_PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def test_a_pdf_is_kept_as_it_is_under_a_key_with_its_ending(tmp_path: object) -> None:
    key = pdf_key(GOOD_PDF)
    assert (len(key), key[-4:]) == (64, ".pdf")
    files = FileStore(f"{tmp_path}/kept")
    files.put(key, GOOD_PDF)
    files.put("ab12", b"picture")
    assert files.get(key) == GOOD_PDF
    stored = sorted(path.name for path in Path(str(tmp_path)).rglob("*") if path.is_file())
    assert stored == sorted([key, "ab12.jpg"])
    files.delete(key)
    with pytest.raises(FileNotFoundError):
        files.get(key)


@pytest.mark.parametrize("data", [
    b"%PDF-1.4 and then it breaks off", GOOD_PDF + b"\x00" * 2000, b"<html>%%EOF", b"",
    GOOD_PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 2 0 R"),
])
def test_a_damaged_or_locked_pdf_is_named(data: bytes) -> None:
    with pytest.raises(BadPicture) as caught:
        pdf_key(data)
    assert caught.value.problem == "bad_pdf"
