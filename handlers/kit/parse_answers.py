"""Reads a day and a yes or no."""

import re
from datetime import date, timedelta

from handlers.kit.parse_text import echo, fold
from handlers.kit.refusal import Refusal

YEARS = (1900, 2100)

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb peb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags agst aug",
            "september sep sept",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        1,
    )
    for name in names.split()
}
_NEAR = {"kemarin": -1, "yesterday": -1, "hari ini": 0, "today": 0, "besok": 1, "tomorrow": 1}
_WEEKDAY = re.compile(
    r"^(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|(?:mon|tues|wednes|thurs|fri|satur|sun)day)[ ,]+"
)
_ISO = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{1,4})")
_NAMED = re.compile(r"(\d{1,2})[ .-]{0,2}([a-z]{3,9})[ .,-]{0,2}(\d{1,4})")
_AMERICAN = re.compile(r"([a-z]{3,9})[ .]{0,2}(\d{1,2})(?:st|nd|rd|th)?,? (\d{1,4})")

_YES, _NO, _POLITE = (
    frozenset(words.split())
    for words in (
        "ya iya y yes yup yep betul benar ok oke okay setuju siap ada sudah right true agree 👍 ✅",
        "tidak tdk tak gak ga nggak enggak ngga engga no n nope bukan belum blm false 👎 ❌",
        "pak bu bapak ibu saja kok please sir madam",
    )
)
_WORD = re.compile(r"[^\W\d_]+|[👍👎✅❌]")


def local_date(text: str, today: date | None = None) -> date:
    """A calendar day in the city: `16 Juli 2024`, `16/7/2024` (day first), `2024-07-16`.

    With `today` also hari ini, kemarin and besok. Two-digit years are refused rather than guessed.
    Raises Refusal `refuse.date.form`, `.year` (not four digits, or outside 1900 to 2100) or `.impossible`.
    """
    plain = _WEEKDAY.sub("", fold(text).lower(), count=1)
    if today and plain in _NEAR:
        return today + timedelta(days=_NEAR[plain])
    written = _written(plain)
    if written is None:
        raise Refusal("refuse.date.form", typed=echo(text))
    year, month, day = written
    if not YEARS[0] <= year <= YEARS[1]:
        raise Refusal("refuse.date.year", typed=echo(text))
    try:
        return date(year, month, day)
    except ValueError:
        raise Refusal("refuse.date.impossible", typed=echo(text)) from None


def _written(plain: str) -> tuple[int, int, int] | None:
    """Year, month and day as typed, not yet checked."""
    if found := _ISO.fullmatch(plain):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NUMERIC.fullmatch(plain):
        return int(found[3]), int(found[2]), int(found[1])
    if (found := _NAMED.fullmatch(plain)) and found[2] in _MONTHS:
        return int(found[3]), _MONTHS[found[2]], int(found[1])
    if (found := _AMERICAN.fullmatch(plain)) and found[1] in _MONTHS:
        return int(found[3]), _MONTHS[found[1]], int(found[2])
    return None


def yes_no(text: str) -> bool:
    """Yes or no in everyday words; a no before a yes word is a no (`tidak ada`).

    Raises Refusal `refuse.yes_no.form` for anything else, also for both in one answer.
    """
    plain = fold(text).lower()
    words = [word for word in _WORD.findall(plain) if word not in _POLITE]
    if re.search(r"\d", plain) or not words or not all(word in _YES | _NO for word in words):
        raise Refusal("refuse.yes_no.form", typed=echo(text))
    answer = words[0] in _YES
    if answer and any(word in _NO for word in words):
        raise Refusal("refuse.yes_no.form", typed=echo(text))
    return answer
