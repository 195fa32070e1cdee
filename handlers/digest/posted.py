"""A digest as it is posted, and as it was: drawn from its frozen numbers alone."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup
from sqlmodel import Session

from handlers.digest.places import Places
from handlers.digest.sheet import Sheet
from handlers.groups.words import day_in_words, moment_in_words
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join
from storage import digests, regions
from storage.digests import DigestRun

# Schedules count in hours: within its hour a digest is on time.
LATE = timedelta(hours=1)


def sheet_of(session: Session, runtime: Runtime, words: Texts, run: DigestRun, *, kept: bool = False) -> Sheet:
    """A run, beside the one before of the same schedule and place. ``kept``: it is shown again later."""
    area, previous = run.kecamatan_code, digests.run_before(session, run)
    places: Places = {one.code: one for one in regions.all_kecamatan(session)}
    title = _title(words, runtime, run, places[area].name if area and area in places else "", kept)
    if area:
        places = {**places, **{one.code: one for one in regions.kelurahan_of(session, area)}}
    return Sheet(
        numbers=run.numbers, texts=words, title=title, places=places, compares=True,
        previous=previous.numbers if previous else None,
        previous_day=day_in_words(made_on(runtime, previous), words.locale) if previous else "",
        off=frozenset(run.numbers.get("off", ())),
    )


def made_on(runtime: Runtime, run: DigestRun) -> date:
    """The day that its heading names, and as of which its figures are: after an outage not the one it was due on."""
    return run.made_at.astimezone(runtime.zone).date()


def _title(words: Texts, runtime: Runtime, run: DigestRun, area: str, kept: bool) -> Markup:
    rhythm = run.numbers.get("rhythm")  # numbers frozen long ago do not know it
    said = {"name": words.label(f"digest.name.{rhythm}" if rhythm else "digest.name"), "number": run.numbers["number"],
            "moment": moment_in_words(run.made_at, runtime, words.locale)}
    if area:
        title = words.t("digest.title.area", area=area, **said)
    else:
        title = words.t("digest.title.stored" if kept else "digest.title", **said)
    if run.made_at - run.due_at <= LATE:
        return title
    return join([title, words.t("digest.late", moment=moment_in_words(run.due_at, runtime, words.locale))])
