"""When two written names are probably one person's: old spelling, titles and short forms do not count."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

_OLD_SPELLING = (("oe", "u"), ("dj", "j"), ("tj", "c"))
_TWICE = re.compile(r"([^\W\d_])\1+")
# All as they read once folded.
_TITLES = frozenset({
    "h", "hj", "haji", "hajah", "kh", "kyai", "kiai", "ust", "ustad", "ustadz", "ustadzah", "bapak", "bpk", "bp",
    "pak", "ibu", "ib", "bu", "ny", "nyonya", "tn", "tuan", "nn", "sdr", "sdri", "saudara", "saudari", "alm",
    "almh", "almarhum", "almarhumah", "mbah", "mak", "emak", "nenek", "kakek", "bang", "mas", "mbak", "drs", "dra",
    "dr", "ir", "mr", "mrs", "ms",
})
_MUHAMMAD = frozenset({
    "muhamad", "muhamed", "mohamad", "mohamed", "mochamad", "muchamad", "mokhamad", "mukhamad", "moh", "mohd",
    "muh", "muhd", "mhd", "md", "moch", "much", "mokh",
})
_FULL = "muhamad"
_LIKE_WORD, _LIKE_WHOLE = 80, 88
"""Percent of letters in common (Indel ratio) for a word and for whole names without their blanks."""


def normalised(name: str) -> tuple[str, ...]:
    """The words of a name, folded: small letters of today's spelling, none double, Muhammad in full, without titles.

    A name that consists of a title only is kept. The words joined by a blank are normalised to themselves.
    """
    # What follows a comma is a degree, unless nothing but titles stands before it.
    parts = (_untitled(_words(part)) for part in name.split(","))
    words = next((part for part in parts if part and part[0] not in _TITLES), None) or _untitled(_words(name))
    if len(words) > 1 and words[0] == "m":
        words[0] = _FULL
    return tuple(_FULL if word in _MUHAMMAD else word for word in words)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign) and sign not in "'`’‘ʼ")
    found = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return [folded for word in found if (folded := _folded(word))]


def _folded(word: str) -> str:
    while True:
        made = word
        for old, new in _OLD_SPELLING:
            made = made.replace(old, new)
        made = _TWICE.sub(r"\1", made)
        if made == word:
            return made
        word = made


def _untitled(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    return words


def like(one: str, other: str) -> bool:
    """Whether two names may be the same person's: each word of the shorter has its like in the longer.

    It does not depend on the order of the two. A generous answer: it is only asked about neighbours.
    """
    a, b = normalised(one), normalised(other)
    if not a or not b:
        return False
    if len(a) == len(b):
        return a == b or (_covers(a, b) and _covers(b, a))
    few, many = sorted((a, b), key=len)
    return _covers(few, many) or fuzz.ratio("".join(a), "".join(b)) >= _LIKE_WHOLE


def _covers(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    """An initial stands for a word, but initials (and Muhammad, as so many are called) alone are no name."""
    said = [word for word in few if len(word) > 2 and word != _FULL]
    return bool(said) and all(any(_like_word(word, another) for another in many) for word in few)


def _like_word(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return short.isalpha() and long.startswith(short)
    return len(short) > 3 and short.isalpha() and fuzz.ratio(short, long) >= _LIKE_WORD
