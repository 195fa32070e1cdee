"""One row of every table, so that raw SQL has something to break."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, select

from storage import (
    baskets,
    checklist,
    cofunding,
    deadlines,
    digests,
    drafts,
    groups,
    handover,
    inbox,
    invites,
    outbox,
    photos,
    progress,
    regions,
    revisions,
    scans,
    shown,
    transfers,
)
from storage.assessments import Assessment
from storage.boundaries import Boundary
from storage.checklist import Item, Verdict
from storage.contributions import FundedPart
from storage.helped import Helped
from storage.people import RoleName, roles_of, set_areas
from storage.personal import PersonalKind, PersonalOff, PersonalRun
from storage.photos import Photo, PhotoPurpose
from storage.scans import Media
from storage.scoreboard import Scoreboard
from storage.selections import Selection
from storage.visits import Visit
from tests.builders import NOW, PAMULANG, VERA, YEAR, build, cast, claim, eligible, make_quota


def fill(session: Session) -> None:
    """A house handed over, one claimed, one waiting; and whatever else there is."""
    people = cast(session)
    vera, sari = people[VERA.name].id or 0, people["Sari"].id or 0
    quota = make_quota(session)
    done = build(session, claim(session, eligible(session), quota))
    handover.hand_over(session, done.id or 0, 40_000_000, NOW, by=vera)
    session.add(Helped(house_id=done.house_id, nik_index="0" * 64, card_index="0" * 64, handed_over_at=NOW))
    active = claim(session, eligible(session), quota)
    progress.report(session, active.id or 0, 10, NOW, by=vera)
    eligible(session)
    other = make_quota(session, "DPKPP")
    held = claim(session, eligible(session), make_quota(session, house_ceiling=20_000_000))
    cofunding.join(session, held.id or 0, other.id or 0, 5_000_000, NOW, by=vera, part=FundedPart.ROOF)
    transfers.ask(session, held.id or 0, other.id or 0, "dirujuk", NOW, by=vera)
    deadlines.ask(session, held.id or 0, NOW + timedelta(days=60), "hujan", NOW, by=vera)
    invites.create(session, NOW, by=vera, role=RoleName.SURVEYOR)
    invites.create(session, NOW, by=vera, role=RoleName.PARTNER, partner_id=quota.partner_id)
    set_areas(session, roles_of(session, sari)[0], [PAMULANG])
    group = groups.joined(session, -1_002_000_000_001, "Forum", NOW, by=vera)
    groups.schedule_of(session, group.id or 0, NOW)
    digests.start_run(session, group.id or 0, "weekly", date(2026, 3, 2), NOW, NOW, digests.count(session, YEAR))
    session.add(Scoreboard(group_id=group.id or 0))
    session.add(PersonalRun(person_id=sari, kind=PersonalKind.SURVEYOR, local_date=date(2026, 3, 2), made_at=NOW))
    session.add(PersonalOff(person_id=sari, kind=PersonalKind.SURVEYOR, since=NOW))
    session.add(Visit(kecamatan_code=PAMULANG, day=date(2026, 3, 9), place="Balai warga", made_by=vera, made_at=NOW))
    draft, _ = drafts.open_draft(session, sari, 7_100_000_003, "daftar", NOW)
    photos.add(session, sari, 7_100_000_003, PhotoPurpose.REGISTRATION, "file", "unique", NOW, draft_id=draft.id)
    page = scans.add(session, sari, 7_100_000_003, Media.PDF, "file", "unique", NOW, draft_id=draft.id or 0)
    assert page is not None
    page.claim_id = done.id
    inbox.receive(session, 1, [{"update_id": 1, "message": {"chat": {"id": 7_100_000_003}}}], NOW)
    outbox.enqueue(session, 7_100_000_003, "sendMessage", {"text": "halo"}, NOW)
    baskets.make(session, vera, quota.id or 0, [active.house_id], 1, NOW, wanted=1, area=None)
    call = outbox.enqueue(session, 7_100_000_004, "sendMessage", {"text": "kontak"}, NOW)
    call.target_row = call.id
    shown.note(session, active.house_id, vera, 7_100_000_004, call.id or 0, NOW, claim_id=active.id)
    session.add(Assessment(house_id=active.house_id, foundation=4))
    session.add(Boundary(kelurahan_code=regions.kelurahan_of(session, PAMULANG)[0].code, rings=[], south=0, north=1,
                         west=0, east=1))
    session.add(Selection(person_id=vera, kind="approve", content={}, made_at=NOW))
    checklist.put(session, active.house_id, Item.LAND, Verdict.YES, NOW, by=vera)
    revisions.note(session, active.house_id, "rt", "001", "002", NOW, by=vera)
    for photo in session.exec(select(Photo)):
        photo.house_id, photo.progress_id = active.house_id, progress.of_claim(session, active.id or 0)[0].id
    session.flush()
