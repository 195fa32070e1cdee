"""Reads a yes or no, a none, and the year of something that may never have been."""

import re
from datetime import date

from handlers.kit.parse_text import echo, fold, unlabel
from handlers.kit.refusal import Refusal

FIRST_YEAR = 1950

_YES, _NO, _POLITE, _NIL, _AFTER_NIL = (
    frozenset(words.split())
    for words in (
        "ya iya y yes yup yep betul benar ok oke okay setuju siap ada sudah right true agree 👍 ✅",
        "tidak tdk tak gak ga nggak enggak ngga engga no n nope bukan belum blm false 👎 ❌",
        "pak bu bapak ibu saja kok please sir madam",
        "nihil kosong nol tanpa none nothing nobody never zero",
        "ada pernah punya memiliki dapat mendapat menerima bantuan sama sekali satupun orang org jiwa lansia "
        "disabilitas difabel keluarga kk people elderly disabled families",
    )
)
_WORD = re.compile(r"[^\W\d_]+|[👍👎✅❌]")
_YEAR_LABELS = frozenset({"tahun", "thn", "th", "pada", "year", "in"})


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


def nothing(text: str) -> bool:
    """Whether the whole answer says that there is none or never was: `tidak ada`, `nihil`, `belum pernah`.

    A dash is no such answer (it may as well mean "not asked"), nor is `tidak tahu`. Raises Refusal
    `refuse.too_long` only.
    """
    words = fold(text).lower().replace(",", " ").rstrip(" .!").split()
    return bool(words) and words[0] in _NO | _NIL and all(word in _NO | _NIL | _AFTER_NIL | _POLITE for word in words)


def year(text: str, today: date) -> int:
    """The year of something in the past, with four digits, 1950 to this year; 0 where it never was.

    Raises Refusal `refuse.year.form` or `.range`.
    """
    if nothing(text):
        return 0
    plain = unlabel(fold(text).lower(), _YEAR_LABELS).rstrip(" .")
    if plain == "0":
        return 0
    bounds = {"low": FIRST_YEAR, "high": today.year}
    if not re.fullmatch(r"[0-9]{4}", plain):
        raise Refusal("refuse.year.form", typed=echo(text), **bounds)
    if not FIRST_YEAR <= int(plain) <= today.year:
        raise Refusal("refuse.year.range", typed=echo(text), **bounds)
    return int(plain)
