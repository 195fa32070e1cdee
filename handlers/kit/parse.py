"""Every parser of what people type, in one place.

Each is a pure function from text to a value that raises `Refusal` and nothing else; where the field only
warns, a function beside it returns message keys. All refuse more than 4096 characters unread, and take
digits of any script.
"""

from handlers.kit.parse_answers import nothing, year, yes_no
from handlers.kit.parse_dates import day
from handlers.kit.parse_identity import (
    Nik,
    Sex,
    family_card,
    family_card_warnings,
    nik,
    nik_warnings,
    person_name,
)
from handlers.kit.parse_kinds import Kind, looks_like
from handlers.kit.parse_money import money
from handlers.kit.parse_numbers import count, occupants, percent, whole
from handlers.kit.parse_past import past
from handlers.kit.parse_phone import phone
from handlers.kit.parse_place import Point, address, coordinates, coordinates_warnings, house_code, rt_rw
from handlers.kit.parse_sizes import area, metres
from handlers.kit.refusal import Refusal

__all__ = [
    "Kind",
    "Nik",
    "Point",
    "Refusal",
    "Sex",
    "address",
    "area",
    "coordinates",
    "coordinates_warnings",
    "count",
    "day",
    "family_card",
    "family_card_warnings",
    "house_code",
    "looks_like",
    "metres",
    "money",
    "nik",
    "nik_warnings",
    "nothing",
    "occupants",
    "past",
    "percent",
    "person_name",
    "phone",
    "rt_rw",
    "whole",
    "year",
    "yes_no",
]
