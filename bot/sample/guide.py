"""The guide beside the chat page of ``bedah try``: what to try, in the order of a house's life."""

from __future__ import annotations

import re
from html import escape

# Indonesian, English. A command between backquotes is set as code.
STEPS: tuple[tuple[str, str], ...] = (
    ("Lihat grup: rekap pertama sudah ada di sana. 264 rumah butuh bedah, 158 sudah diambil APBD, 106 belum ada mitra.",
     "Look at the group: the first digest is already there. 264 houses need renovation, APBD has taken 158, "
     "106 are open."),
    ("Sebagai Sari (petugas survei), kirim `/daftar` dan daftarkan satu rumah. Untuk lokasi dan foto, tekan Pin dan "
     "Contoh foto di bawah kotak pesan.",
     "As Sari (surveyor), send `/daftar` and register a house. For its location and photo, press Pin and Contoh foto "
     "below the message field."),
    ("Sebagai Vera (verifikator), tekan tombol di kabar yang baru ia terima, atau kirim `/verifikasi`: setujui rumah "
     "Sari dengan perkiraan biaya. Sari langsung diberi tahu. Coba juga kembalikan atau tolak rumah lain.",
     "As Vera (verifier), press the button in the news she has just received, or send `/verifikasi`: approve Sari's "
     "house with an estimated cost. Sari is told at once. Try returning or refusing another house, too."),
    ("Sebagai Budi (Baznas), kirim `/klaim` dan ambil beberapa rumah sekaligus, misalnya `/klaim 30 Pamulang`. Kuota "
     "Baznas 20, jadi bot menjawab apa yang kurang. Lalu `/klaim 10 Pamulang`.",
     "As Budi (Baznas), send `/klaim` and take several houses at once, say `/klaim 30 Pamulang`. Baznas has a quota of "
     "20, so the bot says what is missing. Then `/klaim 10 Pamulang`."),
    ("Sebagai Budi, kirim `/progres`: laporkan persen dan foto salah satu rumahnya, lalu laporkan selesai.",
     "As Budi, send `/progres`: report percent and a photo of one of his houses, then report it finished."),
    ("Kembali sebagai Vera, kirim `/verifikasi` dan buka Pekerjaan selesai: konfirmasi pekerjaan Budi. Tiga rumah "
     "DPKPP juga menunggu. Setelah itu Budi bisa mencatat serah terima dengan biaya nyata.",
     "As Vera again, send `/verifikasi` and open Pekerjaan selesai (work finished): confirm Budi's. Three of DPKPP's "
     "houses wait as well. Then Budi can record the handover with the real cost."),
    ("Sebagai Budi, kirim `/lepas` dan lepas satu klaim dengan alasannya: rumah itu kembali ke daftar tunggu, kuotanya "
     "kembali ke Baznas.",
     "As Budi, send `/lepas` and release one claim with the reason: the house is back on the waiting list, the quota "
     "back with Baznas."),
    ("Kirim `/rekap` di grup: angkanya berubah, jumlahnya tetap pas.",
     "Send `/rekap` in the group: the numbers have changed and still add up."),
    ("Sebagai Admin, kirim `/mitra`: lihat kuota dan pagu setiap mitra, lalu ubah salah satunya. Jadwal rekap diatur "
     "lewat `/grup`.",
     "As Admin, send `/mitra`: see each partner's quota and ceiling, and change one. `/grup` sets when the "
     "digest comes."),
    ("Sebagai Admin, kirim `/undang` untuk mengundang petugas baru, lalu tekan tautannya dan pilih siapa yang "
     "membukanya. Dengan `/anggota` perannya bisa dicabut lagi.",
     "As Admin, send `/undang` to invite a new surveyor, then press the link and choose who opens it. `/anggota` takes "
     "the role away again."),
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
