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
     "Baznas 20, jadi bot menjawab apa yang kurang. Lalu `/cocok 250jt`: rumah paling mendesak yang cukup dengan dana "
     "itu. Daftarnya bisa diubah satu per satu, lalu diklaim semua.",
     "As Budi (Baznas), send `/klaim` and take several houses at once, say `/klaim 30 Pamulang`. Baznas has a quota of "
     "20, so the bot says what is missing. Then `/cocok 250jt`: the neediest houses that this money reaches. The list "
     "can be changed one by one, and is claimed whole."),
    ("Sebagai Budi, kirim `/klaimsaya` (atau `/progres`): tenggat terdekat, permintaan dari DPKPP, dan langkah "
     "berikutnya setiap rumah. Laporkan persen dan foto salah satunya, lalu laporkan selesai: bot meminta foto dari "
     "sudut yang sama dan lokasinya.",
     "As Budi, send `/klaimsaya` (or `/progres`): the next deadlines, a request by DPKPP, and the next step of each "
     "house. Report percent and a photo of one of them, then report it finished: the bot asks for the same views and "
     "the place."),
    ("Kembali sebagai Vera, kirim `/verifikasi` dan buka Pekerjaan selesai: konfirmasi pekerjaan Budi. Tiga rumah "
     "DPKPP juga menunggu, dengan foto sebelum dan sesudah. Setelah itu Budi membuat BAST dan mengirim kembali halaman "
     "bertanda tangannya: rumah diserahterimakan.",
     "As Vera again, send `/verifikasi` and open Pekerjaan selesai (work finished): confirm Budi's. Three of DPKPP's "
     "houses wait as well, with photos before and after. Then Budi draws up the BAST and sends its signed page back: "
     "the house is handed over."),
    ("Sebagai Budi, kirim `/lepas` dan lepas satu klaim dengan alasannya: rumah itu kembali ke daftar tunggu, kuotanya "
     "kembali ke Baznas. Dengan `/danai` ia bisa ikut menutup biaya rumah mitra lain.",
     "As Budi, send `/lepas` and release one claim with the reason: the house is back on the waiting list, the quota "
     "back with Baznas. With `/danai` he can help to pay for another partner's house."),
    ("Kirim `/rekap` di grup: angkanya berubah, jumlahnya tetap pas. Tekan salah satu angka di bawah rekap: muncul "
     "kode rumahnya, per kecamatan dan sumber dana. Di bawah rekap pertama tetap rumah yang dihitung waktu itu.",
     "Send `/rekap` in the group: the numbers have changed and still add up. Press one of the figures below: the codes "
     "of its houses come, by kecamatan and fund source. Below the first digest they are still those of its time."),
    ("Sebagai Admin, kirim `/mitra`: lihat kuota dan pagu setiap mitra, lalu ubah salah satunya. Rekap grup diatur "
     "lewat `/grup`, juga beberapa sekaligus. Dengan `/roadshow` kunjungan ke satu kecamatan direncanakan.",
     "As Admin, send `/mitra`: see each partner's quota and ceiling, and change one. `/grup` sets the group's digests, "
     "also several of them. `/roadshow` plans a visit to a kecamatan."),
    ("Sebagai Admin, kirim `/undang` untuk mengundang petugas baru, lalu tekan tautannya dan pilih siapa yang "
     "membukanya. Dengan `/anggota` perannya bisa dicabut lagi. Kabar berkala milik sendiri diatur lewat `/kabar`.",
     "As Admin, send `/undang` to invite a new surveyor, then press the link and choose who opens it. `/anggota` takes "
     "the role away again. With `/kabar` everybody sets their own regular news."),
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
