"""What is said about a form that was sent back: what was taken, and what is wrong with which line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from markupsafe import Markup

from handlers.kit.endpoint import explain
from handlers.kit.form import Answers, Filling, Question
from handlers.kit.parse_text import echo
from handlers.kit.prompt import Said, shown
from handlers.kit.refusal import Refusal
from handlers.kit.texts import join

_ROOM = 1700
"""Characters for what is wrong: the question, or the summary, must fit below it."""

_MOST_UNKNOWN = 6


@dataclass
class Outcome:
    """What became of the lines. ``problems``: question → why its line was refused; ``later``: questions that wait for
    another one; ``before``: the answers as they were."""

    before: Answers
    taken: list[Question] = field(default_factory=list)
    problems: dict[str, Refusal] = field(default_factory=dict)
    later: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def _label(filling: Filling, key: str) -> str:
    return filling.request.label(f"form.house.{key}.label")


def no_consent(filling: Filling) -> Said:
    """Nothing was stored, and how the form gets in."""
    return Said("!sheet", filling.request.t("sheet.consent", label=_label(filling, "consent")))


def other_family(filling: Filling, number: str, name: str) -> Said:
    """The open house is another family's."""
    open_name = filling.answers.get("head_name", "–")
    return Said(f"!sheet.{number}", filling.request.t("sheet.other", name=echo(name), open=echo(open_name)))


def told(filling: Filling, outcome: Outcome) -> Said:
    """How many lines were taken, what they changed, and each line that was not."""
    request, count = filling.request, len(outcome.taken)
    lines = [request.t("sheet.taken", n=count) if count else request.t("sheet.nothing")]
    lines += _fitting(filling, _changes(filling, outcome) | _problems(filling, outcome))
    if outcome.later:
        lines.append(request.t("sheet.later", label=_label(filling, "kelurahan"), first=_label(filling, "kecamatan")))
    if outcome.unknown:
        named = list(dict.fromkeys(outcome.unknown))
        more = ["…"] if len(named) > _MOST_UNKNOWN else []
        lines.append(request.t("sheet.unknown", lines=", ".join([*named[:_MOST_UNKNOWN], *more])))
    return Said("!sheet", join(lines))


def _changes(filling: Filling, outcome: Outcome) -> dict[str, Markup]:
    """What was answered before and is something else now: it is not lost without a word."""
    found = {}
    earlier = replace(filling, answers=outcome.before)
    for question in outcome.taken:
        before, now = outcome.before.get(question.key), filling.answers.get(question.key)
        if before is not None and now is not None and before != now:
            found[question.key] = filling.request.t(
                "sheet.changed", label=_label(filling, question.key), value=shown(filling, question, now),
                before=shown(earlier, question, before))
    return found


def _problems(filling: Filling, outcome: Outcome) -> dict[str, Markup]:
    found = {}
    for key, refusal in outcome.problems.items():
        why, values = explain(filling.request, refusal)
        found[key] = filling.request.t("sheet.problem", label=_label(filling, key),
                                       problem=filling.request.t(why, **values))
    return found


def _fitting(filling: Filling, lines: dict[str, Markup]) -> list[Markup]:
    """As many as one message takes; of the others their names, for they are asked again anyway."""
    kept: list[Markup] = []
    left: list[str] = []
    room = _ROOM
    for key, line in lines.items():
        room -= len(line) + 1
        if room >= 0:
            kept.append(line)
        else:
            left.append(_label(filling, key))
    return [*kept, filling.request.t("sheet.more", labels=", ".join(left))] if left else kept
