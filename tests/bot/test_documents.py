"""Documents are drawn whatever stands in them, and hold what they shall and nothing else."""

from __future__ import annotations

import base64
import io
import re
import zlib
from typing import Any

import pytest
from PIL import Image

from bot import documents
from bot.documents import draw

MASKED, NIK = "3674********0077", "3674064107800077"


def document(*rows: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"title": "Data PML-0042", "subtitle": "Kota Contoh", "footer": "2 Maret 2026",
            "page": "Halaman {page} dari {pages}",
            "sections": [{"heading": "Identitas", "rows": [list(row) for row in rows]}], **more}


def text(pdf: bytes) -> str:
    """The words on the pages: the text operators of every content stream."""
    words = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        raw = stream.strip()
        try:
            page = zlib.decompress(base64.a85decode(raw, adobe=False) if not raw.endswith(b"~>")
                                   else base64.a85decode(b"<~" + raw, adobe=True))
        except (ValueError, zlib.error):
            continue
        words += re.findall(rb"\((.*?)\) Tj", page)
    return b"\n".join(words).decode("latin-1")


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_document_is_a_pdf_with_its_words() -> None:
    pdf = draw(document(("Nama", "Siti Contoh"), ("NIK", MASKED)))
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    words = text(pdf)
    for word in ("Data PML-0042", "Kota Contoh", "Identitas", "Siti Contoh", MASKED, "2 Maret", "Halaman 1 dari 1"):
        assert word in words, word
    assert NIK not in words
    assert b"(A4)" not in pdf
    assert b"[ 0 0 595" in pdf


def test_a_long_document_counts_its_pages() -> None:
    pdf = draw(document(*[("Catatan", f"baris {number}") for number in range(200)]))
    assert pages(pdf) > 2
    assert f"Halaman 1 dari {pages(pdf)}" in text(pdf)
    assert f"Halaman {pages(pdf)} dari {pages(pdf)}" in text(pdf)


@pytest.mark.parametrize("odd", [
    "", "x" * 100_000, "kata " * 10_000, "<b>&</b> <para> &nbsp; </font>", "王小明", "محمد", "🙂🏠",
    "\u0301\u200b\x00\x07", "a\nb\tc\r\n", "Łukasz Ñandú Øre", "{page} {0} %s", "\ufffd\uffff",
])
def test_nothing_in_it_makes_it_fail(odd: str) -> None:
    pdf = draw({"title": odd, "subtitle": odd, "footer": odd, "page": "{page}/{pages}",
                "sections": [{"heading": odd, "rows": [[odd, odd]]}, {"heading": odd, "rows": []}]})
    assert pdf.startswith(b"%PDF-")
    assert pages(pdf) >= 1


def test_an_empty_document_is_one_page() -> None:
    assert pages(draw({})) == 1


def test_names_are_spelt_in_the_nearest_letters_that_the_font_has() -> None:
    known = documents._fonts()
    assert documents._clean("Siti Ḥasanaḥ 王", known) == "Siti Ḥasanaḥ ?"
    assert documents._clean("Siti Ḥasanaḥ", known - set(map(ord, "Ḥḥ\u0323"))) == "Siti Hasanah"
    assert text(draw(document(("Nama", "Siti Hasanah 王")))).count("Siti Hasanah ?") == 1


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((640, 480), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def record(*lines: list[dict[str, Any]]) -> dict[str, Any]:
    made = document(("Biaya nyata", "Rp50.000.000"))
    made["sections"].append({"heading": "Sebelum dan sesudah", "pictures": list(lines)})
    return made | {"closing": "Dengan ini diserahkan.", "signatures": ["Penerima manfaat", "Mitra: Baznas", "Dinas"]}


def _side(key: str | None, caption: str) -> dict[str, Any]:
    return {"_file": key, "caption": caption}


def images(pdf: bytes) -> int:
    return len(re.findall(rb"/Subtype /Image\b", pdf))


def test_pictures_stand_side_by_side_with_words_below_and_lines_to_sign() -> None:
    pictures = {"a": _jpeg(), "b": _jpeg()}
    pdf = draw(record([_side("a", "Sebelum · atap"), _side("b", "Sesudah · atap")]), pictures.__getitem__)
    words = text(pdf)
    for one in ("Rp50.000.000", "Sebelum dan sesudah", "Dengan ini diserahkan.", "Penerima manfaat", "Mitra: Baznas"):
        assert one in words, one
    assert images(pdf) == 2
    assert pages(pdf) == 1


def _away(_key: str) -> bytes:
    raise OSError("the store is away")


def test_a_picture_that_is_missing_or_none_leaves_a_gap() -> None:
    pictures = {"a": _jpeg(), "broken": b"%PDF-1.4 no picture"}
    lines = [[_side("a", "Sebelum"), _side("gone", "Sesudah")], [_side("broken", "Sebelum"), _side(None, "Sesudah")]]
    assert images(draw(record(*lines), pictures.__getitem__)) == 1
    assert images(draw(record(*lines), _away)) == 0
    assert images(draw(record(*lines))) == 0


def test_many_pictures_go_on_over_pages() -> None:
    one = _jpeg()
    lines = [[_side("a", f"Sebelum {number}"), _side("a", f"Sesudah {number}")] for number in range(7)]
    pdf = draw(record(*lines), lambda _key: one)
    assert pages(pdf) > 1
    assert "Sesudah 6" in text(pdf)
    assert len(pdf) < 4_000_000
