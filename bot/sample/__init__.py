"""The sample city of ``bedah try``: invented people and houses over the real kecamatan of Tangsel."""

from bot.sample.guide import guide_html
from bot.sample.load import SampleCity, load

__all__ = ["SampleCity", "guide_html", "load"]
