"""Invents heads of household: a name, an address and numbers that belong to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

MARK = "(contoh)"
"""Stands behind every invented name, so that nobody takes a sample for a neighbour."""

_MEN = (
    "Abdul", "Agus", "Ahmad", "Asep", "Bambang", "Darmawan", "Dedi", "Djamal", "Eko", "Endang", "Fauzi", "Hadi",
    "Hasan", "Heri", "Iwan", "Jaya", "Kosasih", "Mahmud", "Mulyadi", "Nasir", "Rahmat", "Rojali", "Rudi", "Saman",
    "Slamet", "Sobari", "Suherman", "Tatang", "Ujang", "Wahyu", "Yanto", "Zaenal",
)
_WOMEN = (
    "Aminah", "Atikah", "Cicih", "Dewi", "Eneng", "Fatimah", "Halimah", "Ijah", "Jumiati", "Kartini", "Lilis",
    "Maimunah", "Murni", "Nurhayati", "Rohani", "Romlah", "Saanih", "Siti", "Sukaesih", "Sumarni", "Tuti", "Yuningsih",
)
_LAST = (
    "Adiwijaya", "Anwar", "Basri", "Budiman", "Firdaus", "Gunawan", "Hamdani", "Hidayat", "Iskandar", "Junaedi",
    "Kurnia", "Kusuma", "Lesmana", "Maulana", "Mustofa", "Nugraha", "Permana", "Pratama", "Purnomo", "Ramdani",
    "Rosadi", "Saputra", "Setiawan", "Sopian", "Subagja", "Sudrajat", "Sulaeman", "Suryana", "Syarif", "Wibowo",
    "Wijaya", "Yusuf",
)
_ROADS = ("Jl.", "Gg.", "Gg.", "Kp.")
_ROAD_NAMES = (
    "Anggrek", "Bambu Kuning", "Belimbing", "Cempaka", "Damai", "Dukuh", "Jambu", "Jati", "Kacang", "Kecapi",
    "Kelapa Dua", "Kenanga", "Mangga", "Masjid", "Mawar", "Melati", "Mushola", "Nangka", "Pinang", "Rambutan",
    "Rawa", "Salak", "Sawo", "Swadaya", "Teratai", "Utama",
)
# In truth serials start at 0001 for each birthday and district and stay low; one from 9000 up meets nobody's NIK.
_SERIALS = (9000, 9999)


# No operator has this prefix.
_PREFIX = "+62860"


@dataclass(frozen=True, slots=True)
class Head:
    """An invented head of household; ``nik`` and ``card`` are 16 well-formed digits each, ``phone`` is ``+628…``,
    ``address`` without RT/RW."""

    name: str
    nik: str
    card: str
    phone: str
    address: str


class Heads:
    """Invents heads, no name and no number twice."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng, self._today = rng, today
        self._names: set[str] = set()
        self._numbers: set[str] = set()

    def head(self, kecamatan: str) -> Head:
        """Somebody first registered in a kecamatan (code such as ``36.74.06``), 27 to 82 years old."""
        rng = self._rng
        woman = rng.random() < 0.25
        name = self._fresh(self._names, lambda: f"{rng.choice(_WOMEN if woman else _MEN)} {rng.choice(_LAST)} {MARK}")
        nik = self._fresh(self._numbers, lambda: self._number(kecamatan, (27, 82), woman))
        card = self._fresh(self._numbers, lambda: self._number(kecamatan, (1, 15), False))
        phone = self._fresh(self._numbers, lambda: f"{_PREFIX}{rng.randint(0, 9_999_999):07d}")
        address = f"{rng.choice(_ROADS)} {rng.choice(_ROAD_NAMES)} No. {rng.randint(1, 120)}"
        return Head(name, nik, card, phone, address)

    def _number(self, kecamatan: str, years: tuple[int, int], woman: bool) -> str:
        """The number of a person born, or of a card issued, so many years ago."""
        began = self._today - timedelta(days=self._rng.randint(years[0] * 365, years[1] * 365))
        day = began.day + (40 if woman else 0)  # a woman's day of birth is written 40 higher
        return f"{kecamatan.replace('.', '')}{day:02d}{began:%m%y}{self._rng.randint(*_SERIALS)}"

    @staticmethod
    def _fresh(known: set[str], invent: Callable[[], str]) -> str:
        while (made := invent()) in known:
            continue
        known.add(made)
        return made
