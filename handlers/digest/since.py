"""What has happened since the digest before: sections that compare two frozen sets of numbers."""

from __future__ import annotations

from markupsafe import Markup

from handlers.digest.sheet import Numbers, Sheet, done, held, listed, pre
from handlers.kit.texts import join
from storage.houses import HouseState

# Partners that are thanked by name; the others are summed in one line.
_THANKED, _NAME = 5, 48


def changes(sheet: Sheet) -> Markup | None:
    """Why so many houses wait for a partner now: those of the last time, and each step that led in or out. Then what
    was done about the others."""
    if not sheet.compares:
        return None
    if sheet.previous is None:
        return sheet.t("digest.changes.first")
    steps = sheet.stepped
    if steps is None:
        return _net(sheet, sheet.previous)
    then, now = sheet.previous["open"], sheet.numbers["open"]
    flows = {
        "eligible": steps["eligible"], "back": steps["released"] + steps["expired"],
        # A house that changes hands is claimed anew without having waited.
        "claimed": steps["transferred"] - steps["taken"], "out": -steps["out"],
    }
    # Whatever is no step: a house that was found to stand in another kecamatan.
    flows["moved"] = now - then - sum(flows.values())
    work = {f"digest.work.{name}": steps[name] for name in ("begun", "finished", "handed_over", "transferred")
            if steps[name] > 0}
    if not any(flows.values()) and not work:
        return sheet.t("digest.changes.none", day=sheet.previous_day)
    parts = [sheet.t("digest.changes", day=sheet.previous_day)]
    if any(flows.values()):
        rows = [(name, sheet.signed(figure)) for name, figure in flows.items() if figure]
        rows = [("then", sheet.figure(then)), *rows, ("now", sheet.figure(now))]
        parts.append(pre([[sheet.label(f"digest.flow.{name}"), figure] for name, figure in rows],
                         [sheet.label("digest.flow"), sheet.label("digest.houses")], "lr"))
    if work:
        parts.append(listed(sheet, work))
    return join(parts)


def _net(sheet: Sheet, previous: Numbers) -> Markup:
    """Numbers frozen before steps were counted: what there is more or less of."""
    now, then = _milestones(sheet.numbers), _milestones(previous)
    moved = [
        Markup("{} <b>{}</b>").format(sheet.label(f"digest.change.{name}"), sheet.signed(now[name] - then[name]))
        for name in now if now[name] != then[name]
    ]
    if not moved:
        return sheet.t("digest.changes.same", day=sheet.previous_day)
    return join([sheet.t("digest.changes", day=sheet.previous_day), join(moved, " · ")])


def _milestones(numbers: Numbers) -> dict[str, int]:
    states = numbers["states"]
    return {
        "needing": numbers["needing"], "taken": held(numbers), "open": numbers["open"], "done": done(states),
        "handed_over": states[HouseState.HANDED_OVER.value], "registered": states[HouseState.REGISTERED.value],
    }


def corrections(sheet: Sheet) -> Markup | None:
    """What the digest before had counted and turned out otherwise. That one stays as it was posted."""
    if not sheet.compares or sheet.previous is None:
        return None
    steps = sheet.stepped or {}
    lines = [sheet.t(f"digest.corrections.{name}", count=sheet.figure(steps[name]), n=steps[name])
             for name in ("out", "undone", "reopened") if steps.get(name, 0) > 0]
    now, then = _milestones(sheet.numbers), _milestones(sheet.previous)
    lines += [
        sheet.t("digest.corrections.fell", name=sheet.label(f"digest.change.{name}"), then=sheet.figure(then[name]),
                now=sheet.figure(now[name]))
        for name in ("needing", "done", "handed_over") if now[name] < then[name]
    ]
    return join([sheet.t("digest.corrections", day=sheet.previous_day), *lines]) if lines else None


def deadlines(sheet: Sheet) -> Markup | None:
    """Houses whose partner has missed a deadline, and those that went back to the waiting list."""
    late, steps = sheet.numbers.get("overdue", 0), sheet.stepped or {}
    lines = [sheet.t("digest.deadlines", count=sheet.figure(late), n=late)] if late else []
    back = {f"digest.back.{name}": steps[name] for name in ("released", "expired") if steps.get(name, 0) > 0}
    if back:
        lines.append(join([sheet.t("digest.back", day=sheet.previous_day), listed(sheet, back)], " "))
    return join(lines) if lines else None


def verified(sheet: Sheet) -> Markup | None:
    """What came in and what verifiers decided; how many houses wait for them."""
    waiting, steps = sheet.numbers["states"][HouseState.REGISTERED.value], sheet.stepped or {}
    told = {f"digest.verified.{name}": steps[name] for name in ("registered", "eligible", "ineligible", "returned")
            if steps.get(name, 0) > 0}
    if not waiting and not told:
        return None
    lines = [sheet.t("digest.verified.since", day=sheet.previous_day), listed(sheet, told)] \
        if told else [sheet.t("digest.verified")]
    return join([*lines, sheet.t("digest.verified.waiting", count=sheet.figure(waiting), n=waiting)])


def _brought(sheet: Sheet, previous: Numbers, rose: int) -> bool:
    """Whether finished work came to this kecamatan, or went from it, with a house that was found to stand elsewhere:
    then nobody knows from these numbers who has finished how many."""
    if not sheet.area or (steps := sheet.stepped) is None:
        return False
    more = done(sheet.numbers["states"]) - done(previous["states"])
    return rose > steps["finished"] or more != steps["finished"] - steps["reopened"]


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1].rstrip() + "…"


def thanks(sheet: Sheet) -> Markup | None:
    """Partners that have finished houses since the digest before, by name; at most some, the rest in one line."""
    if not sheet.compares or sheet.previous is None:
        return None
    before = {one["id"]: done(one) for one in sheet.previous["partners"]}
    rose = [(done(one) - before.get(one["id"], 0), one["name"]) for one in sheet.numbers["partners"]]
    rose = sorted(((houses, name) for houses, name in rose if houses > 0), key=lambda one: (-one[0], one[1]))
    if not rose or _brought(sheet, sheet.previous, sum(houses for houses, _ in rose)):
        return None
    most = _THANKED if len(rose) <= _THANKED else _THANKED - 1
    lines = [sheet.t("digest.thanks.partner", name=_cut(name), count=sheet.figure(houses), n=houses)
             for houses, name in rose[:most]]
    if rest := [houses for houses, _ in rose[most:]]:
        lines.append(sheet.t("digest.thanks.others", partners=sheet.figure(len(rest)), count=sheet.figure(sum(rest)),
                             n=sum(rest)))
    return join([sheet.t("digest.thanks", day=sheet.previous_day), *lines])
