"""Every parser of what people type, in one place.

Each is a pure function from text to a value that raises `Refusal` and nothing else; where the field only
warns, a function beside it returns message keys. All refuse more than 4096 characters unread, and take
digits of any script.
"""

from handlers.kit.parse_answers import yes_no
from handlers.kit.parse_identity import Nik, Sex, nik, nik_warnings, person_name
from handlers.kit.parse_money import money
from handlers.kit.parse_numbers import area, occupants, percent, whole
from handlers.kit.parse_place import Point, address, coordinates, coordinates_warnings, house_code, rt_rw
from handlers.kit.refusal import Refusal

__all__ = [
    "Nik",
    "Point",
    "Refusal",
    "Sex",
    "address",
    "area",
    "coordinates",
    "coordinates_warnings",
    "house_code",
    "money",
    "nik",
    "nik_warnings",
    "occupants",
    "percent",
    "person_name",
    "rt_rw",
    "whole",
    "yes_no",
]
