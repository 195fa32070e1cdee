"""Reads a yes or no."""

import re

from handlers.kit.parse_text import echo, fold
from handlers.kit.refusal import Refusal

_YES, _NO, _POLITE = (
    frozenset(words.split())
    for words in (
        "ya iya y yes yup yep betul benar ok oke okay setuju siap ada sudah right true agree 👍 ✅",
        "tidak tdk tak gak ga nggak enggak ngga engga no n nope bukan belum blm false 👎 ❌",
        "pak bu bapak ibu saja kok please sir madam",
    )
)
_WORD = re.compile(r"[^\W\d_]+|[👍👎✅❌]")


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
