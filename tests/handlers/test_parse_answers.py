"""Yes or no, as people type it."""

import pytest

from handlers.kit import parse


@pytest.mark.parametrize("text", ["ya", "Ya, benar", "IYA", "y", "yes", "ok", "Betul pak", "👍🏽", "✅", "ada", "ｙａ"])
def test_yes(text: str) -> None:
    assert parse.yes_no(text) is True


@pytest.mark.parametrize(
    "text", ["tidak", "Tidak, pak", "nggak", "ga", "no", "n", "bukan", "belum", "tidak ada", "👎", "❌"]
)
def test_no(text: str) -> None:
    assert parse.yes_no(text) is False
