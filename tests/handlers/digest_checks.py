"""Each number that a digest shows, section by section, against a plain recount."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

from bot.sandbox.html import parse_html
from handlers.digest.render import LIMIT, size
from handlers.kit.format import money_short, number
from storage.partners import FundSource
from tests.builders import JUTA, YEAR
from tests.handlers.digest_recount import HELD, Plain

DAY = "Senin, 2 Maret 2026"
APART = {"menunggu verifikasi": "registered", "dikembalikan ke petugas survei": "returned",
         "tidak memenuhi syarat": "ineligible", "ditarik": "withdrawn", "ganda": "duplicate"}
STAGES = ["Diklaim", "Dikerjakan", "Selesai", "Diserahkan"]
SOURCES = {"APBD": "apbd", "Baznas": "baznas", "CSR": "csr"}


def blocks(html: str) -> dict[str, list[str]]:
    """First line of each section → its other lines."""
    text, _ = parse_html(html)  # raises for tags that do not match
    return {block.splitlines()[0]: block.splitlines()[1:] for block in text.split("\n\n")}


def labelled(line: str) -> dict[str, int]:
    """``a 1 · b 2`` as a dict."""
    parts = [part.rsplit(" ", 1) for part in line.split(" · ")]
    return {name: int(figure.replace("−", "-")) for name, figure in parts}


def figures(lines: Iterable[str], width: int) -> dict[str, list[str]]:
    """Name → what stands in the columns."""
    rows = [line.split() for line in lines]
    return {" ".join(row[:-width]): row[-width:] for row in rows}


def ints(row: Iterable[str]) -> list[int]:
    return [int(one.replace(".", "")) for one in row]


def sums(rows: Iterable[list[int]], width: int) -> list[int]:
    return [sum(row[at] for row in rows) for at in range(width)] if (rows := list(rows)) else [0] * width


def counted(figures: dict[str, int]) -> dict[str, int]:
    return {name: figure for name, figure in figures.items() if figure}


def check(html: Markup, now: Plain, before: Plain, area: bool) -> None:
    """Every section, of the city or of a kecamatan."""
    assert size(html) <= LIMIT
    shown = blocks(html)
    text = parse_html(html)[0]
    public = text.replace("PT Contoh Sejahtera", "")
    assert not any(re.search(rf"\b{re.escape(one)}\b", public) for one in now.private), "something personal"
    steps = {name: now.steps[name] - before.steps[name] for name in now.steps | before.steps}
    check_headline(text, now)
    check_changes(shown, now, before, steps)
    check_corrections(shown, now, before, steps)
    check_back(text, now, before, steps)
    check_sources(shown, now, area)
    check_places(shown, now, area)
    check_verified(shown, now, steps)
    check_thanks(shown, now, before, steps)
    check_needed(shown, now, area)
    check_money(shown, {} if area else now.quotas)
    check_carried(shown, {} if area else now.carried)
    apart = {name: now.state(state) for name, state in APART.items()}
    assert labelled(shown["Di luar hitungan butuh bedah"][0]) == counted(apart) if any(apart.values()) else \
        "Di luar hitungan butuh bedah" not in shown


def check_headline(text: str, now: Plain) -> None:
    held, left = now.state(*HELD), now.state("eligible")
    assert now.needing == held + left
    if now.needing:
        by_source = {name: sum(now.sources[one, state] for state in HELD) for name, one in SOURCES.items()}
        assert (f"{left} rumah belum ada mitra\n{now.needing} butuh bedah = {held} sudah ada mitra + {left} belum"
                in text)
        assert "\nSumber dana: " + " · ".join(f"{name} {figure}" for name, figure in by_source.items()) in text
        assert sum(by_source.values()) == held
    else:
        assert "Belum ada rumah yang dinyatakan memenuhi syarat" in text


def check_changes(shown: dict[str, list[str]], now: Plain, before: Plain, steps: dict[str, int]) -> None:
    step = Steps(steps)
    flows = {"memenuhi syarat": step["eligible"], "kembali dari mitra": step["claim released"] + step["claim expired"],
             "diklaim": -step["taken"], "keluar dari hitungan": -step["out"]}
    flows["lokasi diperbaiki"] = now.state("eligible") - before.state("eligible") - sum(flows.values())
    work = counted({"mulai dikerjakan": step["begun"], "selesai": step["finished"],
                    "serah terima": step["handed_over"], "pindah mitra": step["claim transferred"]})
    lines = shown.get(f"Perubahan sejak rekap {DAY}", [])
    quiet = f"Tidak ada rumah butuh bedah yang pindah tahap sejak rekap {DAY}." in shown
    assert bool(lines) == bool(counted(flows) or work) == (not quiet)
    if counted(flows):
        table = lines[1:] if not work else lines[1:-1]
        rows = {name: int(row[0].replace("−", "-")) for name, row in figures(table, 1).items()}
        assert rows.pop("rekap lalu") == before.state("eligible")
        assert rows.pop("kini") == now.state("eligible")
        assert rows == counted(flows)
        assert before.state("eligible") + sum(rows.values()) == now.state("eligible")
    if work:
        assert labelled(lines[-1]) == work


class Steps(dict[str, int]):
    """Steps that nobody ever took are nought."""

    def __missing__(self, name: str) -> int:
        return 0


def check_corrections(shown: dict[str, list[str]], now: Plain, before: Plain, steps: dict[str, int]) -> None:
    told = {"rumah keluar dari hitungan butuh bedah: ditarik, ganda, atau diperiksa ulang": "out",
            "rumah yang tadinya tidak memenuhi syarat diperiksa ulang": "undone"}
    wanted = [f"{steps[name]} {words}" for words, name in told.items() if steps.get(name)]
    was, is_ = before.milestones, now.milestones
    wanted += [f"{name}: {was[name]} → {is_[name]}" for name in ("butuh bedah", "selesai dikerjakan", "serah terima")
               if is_[name] < was[name]]
    assert shown.get(f"✏️ Koreksi (rekap {DAY} tidak diubah)", []) == wanted


def check_back(text: str, now: Plain, before: Plain, steps: dict[str, int]) -> None:
    assert re.findall(r"⚠ (\d+) rumah lewat tenggat, masih dipegang mitra", text) == [str(now.late)][:now.late]
    back = {"dilepas mitra": steps.get("claim released", 0), "karena lewat tenggat": steps.get("claim expired", 0)}
    found = re.findall(rf"↩ Kembali ke daftar tunggu sejak {DAY}: (.+)", text)
    positive = {name: figure for name, figure in back.items() if figure > 0}
    assert [labelled(one) for one in found] == ([positive] if positive else [])


def check_sources(shown: dict[str, list[str]], now: Plain, area: bool) -> None:
    rows = figures(shown.get("Per sumber dana", [])[1:], 4)
    rows = {name: row for name, row in rows.items() if not name.startswith(("Selesai:", "Kuota"))}
    wanted: dict[str, list[str]] = {}
    if now.state(*HELD):
        stages = [[now.sources[one, state] for one in SOURCES.values()] for state in HELD]
        for name, row in zip([*STAGES, "Total"], [*stages, sums(stages, 3)], strict=True):
            wanted[name] = [str(figure) for figure in (*row, sum(row))]
        assert int(wanted["Total"][-1]) == now.state(*HELD)
        held = [now.percents.get(one, [0, 0, 0]) for one in SOURCES.values()]
        for at, name in ((1, "Fisik %"), (2, "Keuangan %")):
            wanted[name] = [mean(row[at], row[0]) for row in (*held, sums(held, 3))]
    quotas = {} if area else {one: row for one, row in now.quotas.items() if row[0] or row[2]}
    if quotas:
        target, used = ([quotas.get(one, [0] * 5)[at] for one in SOURCES.values()] for at in (0, 1))
        left = [all_ - some for all_, some in zip(target, used, strict=True)]
        for name, row in (("Target", target), ("Terpakai", used), ("Sisa kuota", left)):
            wanted[name] = [str(figure) for figure in (*row, sum(row))]
    assert rows == wanted


def mean(total: int, houses: int) -> str:
    if not houses:
        return "–"
    return number(Decimal(total) / houses, "id") if total else "0"


def check_places(shown: dict[str, list[str]], now: Plain, area: bool) -> None:
    lines = shown.get("Per kelurahan" if area else "Per kecamatan", [])
    assert bool(lines) == bool(now.needing)
    if lines:
        rows = {name: ints(row) for name, row in figures(lines[1:-1], 4).items()}
        total = rows.pop("Total")
        assert {whole(name, now.areas): row for name, row in rows.items()} == now.areas
        assert total == sums(rows.values(), 4) == [now.needing, now.state(*HELD), now.state("eligible"),
                                                   now.state("finished", "handed_over")]
        assert all(row[0] == row[1] + row[2] for row in [*rows.values(), total])


def whole(name: str, known: Iterable[str]) -> str:
    """The one place that a name in a narrow table stands for: cut at the end, its first word perhaps a letter."""
    start = name.rstrip("…")
    found = [one for one in known if one.startswith(start) or
             (start[1:3] == ". " and one[0] == start[0] and one.partition(" ")[2].startswith(start[3:]))]
    assert len(found) == 1, f"{name} may be any of {found}"
    return found[0]


def check_verified(shown: dict[str, list[str]], now: Plain, steps: dict[str, int]) -> None:
    told = counted({words: steps.get(name, 0) for words, name in (
        ("didata", "registered"), ("memenuhi syarat", "eligible"), ("tidak memenuhi syarat", "ineligible"),
        ("dikembalikan ke petugas", "returned"))})
    waiting = f"{now.state('registered')} rumah menunggu verifikasi"
    since = shown.get(f"Pendataan dan verifikasi sejak {DAY}")
    if told:
        assert since is not None
        assert (labelled(since[0]), since[1]) == (told, waiting)
    else:
        assert since is None
        assert shown.get("Pendataan dan verifikasi") == ([waiting] if now.state("registered") else None)


def check_thanks(shown: dict[str, list[str]], now: Plain, before: Plain, steps: dict[str, int]) -> None:
    rose = {name: figure - before.built[name] for name, figure in now.built.items()}
    lines = shown.get(f"🙏 Terima kasih kepada mitra yang menyelesaikan rumah sejak {DAY}", [])
    rose = {name: figure for name, figure in rose.items() if figure > 0}
    more = now.milestones["selesai dikerjakan"] - before.milestones["selesai dikerjakan"]
    if sum(rose.values()) > steps.get("finished", 0) or more != steps.get("finished", 0):
        rose = {}  # the work at one was finished elsewhere, or it has gone elsewhere since
    assert sorted(lines) == sorted(f"{name}: {figure} rumah" for name, figure in rose.items())


def check_needed(shown: dict[str, list[str]], now: Plain, area: bool) -> None:
    lines = shown.get("Yang masih membutuhkan mitra", [])
    assert bool(lines) == bool(now.waiting)
    if not lines:
        return
    houses, cost = sums(now.waiting.values(), 2)
    assert houses == now.state("eligible")
    assert "/cocok" in lines[-1]
    if area:
        assert lines[:2] == [f"{houses} rumah belum ada mitra",
                             f"Perkiraan biaya seluruhnya: {money_short(cost, 'id')}"]
        return
    rows = [line for line in lines[1:-1] if line != "Angka dibulatkan."]
    wanted = {**now.waiting, "Total": [houses, cost]}
    assert {" ".join(row.split()[:-3]): " ".join(row.split()[-3:]) for row in rows} == {
        name: f"{one} {money_short(rupiah, 'id')}" for name, (one, rupiah) in wanted.items()}


def check_money(shown: dict[str, list[str]], quotas: dict[str, list[int]]) -> None:
    known = {name: quotas[key] for name, key in SOURCES.items() if any(quotas.get(key, [0])[::2])}
    rows = {name: [ceiling, promised, spent, ceiling - promised - spent]
            for name, (_, _, ceiling, promised, spent) in known.items()}
    if len(rows) > 1:
        rows["Total"] = sums(rows.values(), 4)
    lines = shown.get(f"Dana {YEAR}, dalam juta rupiah", [])
    assert bool(lines) == bool(rows)
    if rows:
        fine = Decimal("0.1") if max(max(row) for row in rows.values()) < 1000 * JUTA else Decimal(1)
        assert figures(lines[1:-1], 4) == {name: [in_juta(one, fine) for one in row] for name, row in rows.items()}
        loses = any(one % (JUTA * fine) for row in rows.values() for one in row)
        assert lines[-1].endswith("Angka dibulatkan.") == loses


def in_juta(rupiah: int, fine: Decimal) -> str:
    shown = (Decimal(rupiah) / JUTA).quantize(fine, ROUND_HALF_UP)
    return number(shown, "id") if shown or not rupiah else f"<{number(fine, 'id')}"


def check_carried(shown: dict[str, list[str]], carried: dict[str, list[int]]) -> None:
    known = {name: carried[key] for name, key in SOURCES.items() if key in carried}
    if len(known) > 1:
        known["Total"] = sums(known.values(), 2)
    lines = shown.get(f"Janji dari kuota sebelum {YEAR}, belum dibayar", [""])
    assert lines[0] == " · ".join(f"{name} {units} rumah ({money_short(money, 'id')})"
                                  for name, (units, money) in known.items())


assert list(SOURCES.values()) == [one.value for one in FundSource]
