"""Every table, imported once, so that the metadata is whole (migrations, tests)."""

from __future__ import annotations

from sqlmodel import SQLModel

from storage import (  # noqa: F401
    assessments,
    baskets,
    boundaries,
    checklist,
    claims,
    contributions,
    digests,
    drafts,
    dropped,
    events,
    groups,
    helped,
    households,
    houses,
    inbox,
    invites,
    lease,
    meta,
    outbox,
    partners,
    people,
    personal,
    photos,
    progress,
    regions,
    requests,
    revisions,
    scans,
    scoreboard,
    selections,
    shown,
    tally,
    visits,
)

METADATA = SQLModel.metadata
