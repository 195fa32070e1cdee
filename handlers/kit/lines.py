"""Reads a text of labelled lines, ``Label: value``, as people send it back who filled in a template."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from handlers.kit.parse_text import LIMIT, echo, fold

_LONGEST_LABEL = 160
"""Characters, with a hint in brackets."""

_LONGEST_UNKNOWN = 40
_MOST_WRAPPED = 5
"""So many further lines may belong to a value; what follows is no part of it."""

_SEPARATORS = ":=\uff1a\uff1d\ufe55\u2236"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_NUMBERED = re.compile(r"^[\W_]*\d{1,2}[.)]\s+(?=\S)")
_HINT = re.compile(r"[(\[{].*", re.DOTALL)
_NO_LABEL = re.compile(r"(?:https?|geo|www)\b|\d|\W*$", re.IGNORECASE)


@dataclass
class Lines:
    """What was read. ``values``: key → the lines of its value, the first one behind the label; none is blank.
    ``unknown``: lines that nobody understands. ``heads``: whether one of the headings stands there."""

    values: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    headed: bool = False


def plain_label(text: str) -> str:
    """A label as it is compared: without hints in brackets, signs, spaces and capitals (``No. KK`` is ``nokk``)."""
    return _signs(_HINT.sub("", text))


def _signs(text: str) -> str:
    return "".join(sign for sign in fold(text).casefold() if sign.isalnum())


def labelled(text: str, labels: Mapping[str, str], heads: Collection[str], fixed: Collection[str]) -> Lines:
    """Read a text.

    ``labels``: plain label (:func:`plain_label`) → key. ``heads``, ``fixed``: the headings and the other lines of the
    template that ask for nothing. A label is followed by ``:``, ``=`` or a dash; a line without one belongs to the
    value above it, unless an empty line lies between. Of several lines with one label, the last that says something
    counts. Never raises; a text longer than a message is not read.
    """
    found = Lines()
    if len(text) > LIMIT:
        return found
    titles, known = {_signs(one) for one in heads}, {_signs(one) for one in fixed}
    given: list[tuple[str, list[str]]] = []
    into: list[str] | None = None
    for line in map(str.strip, text.splitlines()):
        sign = _signs(line)
        label = _split(line, labels)
        if label is not None:
            into = [label[1]] if label[1] else []
            given.append((label[0], into))
        elif sign in titles:
            found.headed, into = True, None
        elif not sign or sign in known:
            into = None
        elif _foreign(line) or (into is not None and len(into) > _MOST_WRAPPED):
            found.unknown.append(line)
            into = None
        elif into is not None:
            into.append(line)
    found.values = {key: value for key, value in given if value}
    return found


def _split(line: str, labels: Mapping[str, str]) -> tuple[str, str] | None:
    """The key of the label at the beginning of a line, and the value behind it."""
    line = _NUMBERED.sub("", line)
    for place, value in _cuts(line):
        key = labels.get(plain_label(line[:place]))
        if key is not None:
            return key, value.strip(" \t\xa0*_~:=")
    return None


def _cuts(line: str) -> Iterator[tuple[int, str]]:
    """Where a label may end, and what follows; a dash only where no other sign does it, for labels have dashes, too.

    A dash before a figure may be a minus: it stays.
    """
    depth, dashes = 0, []
    for place, sign in enumerate(line[:_LONGEST_LABEL]):
        depth += (sign in "([{") - (sign in ")]}")
        if depth <= 0 and sign in _SEPARATORS:
            yield place, line[place + 1:]
        elif depth <= 0 and sign in _DASHES and place:
            dashes.append(place)
    if depth > 0 and ":" in line:  # a bracket that nobody closed
        yield line.index(":"), line.partition(":")[2]
    for place in reversed(dashes):  # the longest label
        after = line[place + 1:].strip()
        yield place, f"-{after}" if after[:1].isdigit() else after


def _foreign(line: str) -> bool:
    """A line that begins with a label which nobody knows."""
    head, sign, _ = line.partition(":")
    return bool(sign) and len(head) <= _LONGEST_UNKNOWN and len(head.split()) < 5 and not _NO_LABEL.match(head)


def short(line: str) -> str:
    """A line that was not understood, as it is named."""
    head, sign, _ = line.partition(":")
    return echo(head if sign else line)
