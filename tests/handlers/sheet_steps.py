"""The form in one message, filled in. The family is invented."""

from __future__ import annotations

from typing import Any

from tests.handlers.house_steps import ADDRESS, NAME, NIK, answers
from tests.world import Actor, World

SHORT = {
    "Persetujuan": "ya", "Kepala keluarga": NAME, "NIK": NIK, "Lokasi": "-6.3427, 106.7382", "Kecamatan": "Pamulang",
    "Kelurahan": "Benda Baru", "Alamat": ADDRESS, "RT/RW": "3/1", "Atap": "4", "Lantai": "3", "Dinding": "5",
    "Penghuni": "6", "Luas": "6 x 7,5",
}
KEYS = dict(zip(SHORT, ("consent", "head_name", "nik", "pin", "kecamatan", "kelurahan", "address", "rt_rw", "roof",
                        "floor", "wall", "occupants", "area"), strict=True))
VALUES = {
    "consent": "yes", "head_name": NAME, "nik": NIK, "pin": [-6.3427, 106.7382], "kecamatan": "36.74.06",
    "kelurahan": "36.74.06.1002", "address": ADDRESS, "rt_rw": ["003", "001"], "roof": "4", "floor": "3", "wall": "5",
    "occupants": 6, "area": "45.0",
}
LATER = {
    "No. Kartu Keluarga": "3674010107150001", "No. HP": "0812-3456-7890", "Jumlah keluarga": "2", "Lansia": "1",
    "Disabilitas": "0", "Bukti lahan": "Girik", "Luas lahan": "72", "Bantuan sebelumnya": "tidak pernah",
    "Pondasi": "4", "Sloof": "5", "Kolom": "3", "Balok": "2", "Rangka atap": "4", "Jendela": "1", "Ventilasi": "2",
    "Kamar mandi": "5", "Jamban": "4", "Pembuangan air kotor": "3", "Sumber air minum": "2",
    "Jarak sumur–tangki septik": "7,5 m", "Bahan atap": "Genteng", "Bahan lantai": "Tanah",
    "Bahan dinding": "Anyaman bambu/bilik",
}


def sheet(lines: dict[str, str] | None = None, head: str = "FORMULIR RUMAH", **changed: str) -> str:
    """The form as it is sent back; ``changed``: question → value."""
    filled = dict(SHORT if lines is None else lines)
    filled |= {label: changed[key] for label, key in KEYS.items() if key in changed}
    return "\n".join([head, *(f"{label}: {value}" for label, value in filled.items())])


def copied(actor: Actor, filled: dict[str, str]) -> str:
    """The bot's own template, with hints left in and the answers behind the colons."""
    actor.says("/formulir")
    lines = actor.last.text.partition("\n\n")[2].splitlines()
    return "\n".join(line if (label := line.partition(" (")[0].partition(":")[0]) not in filled
                     else f"{line.rstrip()} {filled[label]}" if not line.rstrip().endswith(filled[label]) else line
                     for line in lines)


def kept(world: World, actor: Actor) -> dict[str, Any]:
    """Answers without the notes between them."""
    found = answers(world, actor) or {}
    return {key: value for key, value in found.items() if key in VALUES}
