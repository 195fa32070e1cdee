"""What people type into the form of a house, and what each of it means. The families are invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from handlers.kit import parse

NAMES = ("Contoh Aminah", "Siti <b>Contoh</b>", "O'Contoh & Anak", "Ñama Contoh", "안녕 Contoh", "Contoh 🏠 Rumah")
NIKS = ("3674064107800001", "3674061203850002", "3201010101900003")
CONDITIONS = ("roof", "floor", "wall")
CAPTIONS = {None: None, "atap": "roof", "lantai depan": "floor", "Dindingnya": "wall", "tampak depan": "front",
            "km. mandi": "bathroom", "rumah Contoh": None}
# Two that are neighbours, so that a like name is asked about.
PINS = ((-6.3427, 106.7382), (-6.34271, 106.73821))


class Dice:
    """Decide what a person does: the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.random = seed, Random(seed)

    def __repr__(self) -> str:
        return f"Dice({self.seed})"

    def among(self, what: Sequence[Any]) -> Any:
        return self.random.choice(what)

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)


def _degrees(value: float) -> str:
    return f"{value:.6f}"


def words(key: str, dice: Dice) -> str:
    """A right answer to a question, as people type it."""
    number = dice.whole
    match key:
        case "consent":
            ways: Sequence[str] = ("ya", "Setuju")
        case "head_name":
            ways = NAMES
        case "nik":
            nik = dice.among(NIKS)
            ways = (nik, f"{nik[:4]} {nik[4:]}", f"NIK: {nik}")
        case "pin":
            return ", ".join(map(_degrees, place(dice)))
        case "address":
            return f"Gg. Contoh <{number(1, 99)}>"
        case "rt_rw":
            rt, rw = number(1, 999), number(1, 999)
            ways = (f"{rt}/{rw}", f"RT {rt} RW {rw}")
        case "occupants":
            people = number(1, 30)
            ways = (str(people), f"{people} orang")
        case "family_card":
            return f"36740101071{number(10_000, 99_999)}"
        case "phone":
            ways = ("0812 3456 7890", "+62 813-1111-2222", "085700001111")
        case "families" | "elderly" | "disabled":
            return str(number(1, 5))
        case "prior_aid":
            ways = ("belum pernah", "2015", "tahun 2009")
        case _:  # square metres and metres
            tenths = number(10, 900)
            return f"{tenths // 10},{tenths % 10}"
    return str(dice.among(ways))


def place(dice: Dice) -> tuple[float, float]:
    """A pin in or near the city, sometimes a neighbour's."""
    if dice.whole(0, 3) == 0:
        return tuple(dice.among(PINS))
    return -dice.whole(6_200_000, 6_400_000) / 1e6, dice.whole(106_600_000, 106_800_000) / 1e6


def surely(key: str, text: str) -> bool:
    """Whether the text says by itself which question it answers."""
    return key in ("nik", "pin") or (key == "rt_rw" and "R" in text)


READ: dict[str, Callable[[str], Any]] = {
    "consent": lambda text: "yes", "head_name": parse.person_name, "address": parse.address, "pin": parse.coordinates,
    "rt_rw": parse.rt_rw, "occupants": parse.occupants, "area": parse.area, "family_card": parse.family_card,
    "phone": parse.phone, "families": lambda text: parse.whole(text, 1, 20),
    "elderly": lambda text: parse.count(text, most=50), "disabled": lambda text: parse.count(text, most=50),
    "land_m2": parse.area, "septic_m": parse.metres,
}
