"""Corrections of houses that a partner holds: the house keeps its stage, and a verifier looks at what was changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from operator import ne

from sqlmodel import Session, col, func, select, update

from storage import registering, revisions, timeline
from storage.errors import Refused, Stale
from storage.events import record
from storage.houses import HELD, House, get
from storage.revisions import Revision
from storage.rules import DEFAULTS, Rules


def count(session: Session, kecamatan: list[str] | None) -> int:
    """How many corrected houses wait for a look, in some kecamatan or all."""
    query = select(func.count()).select_from(House).where(col(House.recheck_at).is_not(None))
    if kecamatan is not None:
        query = query.where(col(House.kecamatan_code).in_(kecamatan))
    return session.exec(query).one()


def first(session: Session, kecamatan: list[str] | None, *, after: int = 0) -> House | None:
    """The corrected house that was registered first, behind the id ``after``."""
    query = select(House).where(col(House.recheck_at).is_not(None), col(House.id) > after)
    if kecamatan is not None:
        query = query.where(col(House.kecamatan_code).in_(kecamatan))
    return session.exec(query.order_by(col(House.id)).limit(1)).first()


def last_change(session: Session, house: House) -> list[Revision]:
    """What was corrected since a verifier looked last, a row for each field: what it said then, and what it says now.

    ``recheck_at`` is the first correction that waits for a look; later ones are looked at with it. Nothing when they
    were about photos only, when all was corrected back, or when the family's data was erased. Not rows of the table.
    """
    if house.recheck_at is None:
        return []
    found: dict[str, Revision] = {}
    for row in timeline.since(session, house.id or 0, house.recheck_at):
        before = found[row.field].before if row.field in found else row.before
        found[row.field] = Revision(house_id=row.house_id, at=row.at, by_id=row.by_id, field=row.field, before=before,
                                    after=row.after)
    return [row for row in found.values() if ne(*revisions.values(session, row))]


def confirm(session: Session, house_id: int, version: int, now: datetime, *, by: int) -> None:
    """The correction is right.

    Raises:
        Stale: somebody was faster, or the house changed again.
    """
    _settle(session, house_id, version)
    record(session, "house.rechecked", now, actor=by, house=house_id)


def undo(
    session: Session, house_id: int, version: int, now: datetime, *, by: int, rules: Rules = DEFAULTS
) -> list[str]:
    """Put back what was corrected since the last look; the names of the fields. Photos stay as they are.

    Raises:
        Stale: somebody was faster, or the house changed again.
        Refused: ``recheck.nothing``: only photos were changed, or no partner holds the house (any more).
    """
    house = session.get(House, house_id, populate_existing=True, with_for_update=True) or get(session, house_id)
    changed, entry = last_change(session, house), registering.entry_of(session, house)
    _settle(session, house_id, version)
    if house.state not in HELD or not changed or entry is None:
        raise Refused("recheck.nothing", code=house.code)
    before = replace(entry, **{row.field: revisions.values(session, row)[0] for row in changed})
    fields = registering.correct_house(session, house_id, before, now, by=by, dropped=[], draft_id=0, rules=rules)
    session.exec(update(House).where(col(House.id) == house_id).values(recheck_at=None))
    get(session, house_id)
    record(session, "house.correction_undone", now, actor=by, house=house_id, fields=fields)
    return fields


def _settle(session: Session, house_id: int, version: int) -> None:
    done = session.exec(
        update(House)
        .where(col(House.id) == house_id, col(House.version) == version, col(House.recheck_at).is_not(None))
        .values(recheck_at=None, version=col(House.version) + 1).execution_options(synchronize_session=False)
    )
    house = get(session, house_id)
    if done.rowcount != 1:
        raise Stale(code=house.code, state=house.state)
