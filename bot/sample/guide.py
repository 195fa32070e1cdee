"""The guide beside the chat page of ``bedah try``: what to try, in the order of a house's life."""

from __future__ import annotations

import re
from html import escape

# Indonesian, English. A command between backquotes is set as code.
STEPS: tuple[tuple[str, str], ...] = (
    ("Buka grup, lalu sebagai Admin kirim `/rekap`: 264 rumah butuh bedah, 158 sudah diambil APBD, "
     "106 belum ada mitra.",
     "Open the group and, as Admin, send `/rekap`: 264 houses need renovation, APBD has taken 158, 106 are open."),
    ("Sebagai Sari (petugas survei), kirim `/daftar` dan daftarkan satu rumah: jawab pertanyaannya, "
     "kirim foto dan lokasi.",
     "As Sari (surveyor), send `/daftar` and register a house: answer the questions, send a photo and a location."),
    ("Sebagai Vera (verifikator), kirim `/verifikasi`: periksa rumah yang menunggu, setujui dengan perkiraan biaya, "
     "atau kembalikan dengan catatan. Sari langsung diberi tahu.",
     "As Vera (verifier), send `/verifikasi`: look at a waiting house, approve it with an estimated cost or return it "
     "with a note. Sari is told at once."),
    ("Sebagai Budi (Baznas), kirim `/klaim` dan ambil beberapa rumah sekaligus di Pamulang. Coba 30: kuota Baznas 20, "
     "jadi bot menjawab apa yang kurang. Lalu ambil 10.",
     "As Budi (Baznas), send `/klaim` and take several houses at once in Pamulang. Try 30: Baznas has a quota of 20, "
     "so the bot says what is missing. Then take 10."),
    ("Sebagai Dani (DPKPP), kirim `/progres`: laporkan persen dan foto sebuah rumah, atau laporkan bahwa pekerjaannya "
     "selesai.",
     "As Dani (DPKPP), send `/progres`: report percent and a photo of a house, or report that the work is done."),
    ("Kembali sebagai Vera, kirim `/progres`: tiga rumah sudah dilaporkan selesai dan menunggu kepastian Vera.",
     "As Vera again, send `/progres`: three houses are reported finished and wait for her to confirm it."),
    ("Sebagai Budi, kirim `/lepas` dan lepas satu klaim dengan alasannya: rumah itu kembali ke daftar tunggu, kuotanya "
     "kembali ke Baznas.",
     "As Budi, send `/lepas` and release one claim with the reason: the house is back on the waiting list, the quota "
     "back with Baznas."),
    ("Kirim `/rekap` lagi di grup: angkanya berubah, jumlahnya tetap pas.",
     "Send `/rekap` in the group again: the numbers have changed and still add up."),
    ("Sebagai Admin, kirim `/mitra`: lihat kuota dan pagu setiap mitra, lalu ubah salah satunya.",
     "As Admin, send `/mitra`: see each partner's quota and ceiling, and change one."),
    ("Sebagai Admin, kirim `/undang` untuk membuat tautan undangan dan kode QR bagi petugas atau mitra baru.",
     "As Admin, send `/undang` to make an invitation link and QR code for a new surveyor, verifier or partner."),
)

_CODE = re.compile(r"`([^`]+)`")


def guide_html(locale: str = "id") -> str:
    """An ``<ol>`` of steps: ``locale``'s text (``id`` or ``en``), the other language small under it.

    Safe to put into a page as it is: texts are escaped, no attributes but ``class`` and ``lang``.
    """
    first, second = ("en", "id") if locale == "en" else ("id", "en")
    items = []
    for indonesian, english in STEPS:
        texts = {"id": _markup(indonesian), "en": _markup(english)}
        items.append(f'<li><span lang="{first}">{texts[first]}</span><br>'
                     f'<small lang="{second}">{texts[second]}</small></li>')
    return "<ol>" + "".join(items) + "</ol>"


def _markup(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
