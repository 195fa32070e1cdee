"""Every table, imported once, so that the metadata is whole (migrations, tests)."""

from __future__ import annotations

from sqlmodel import SQLModel

from storage import (  # noqa: F401
    assessments,
    baskets,
    boundaries,
    checklist,
    claims,
    digests,
    drafts,
    dropped,
    events,
    groups,
    households,
    houses,
    inbox,
    invites,
    lease,
    meta,
    outbox,
    partners,
    people,
    photos,
    progress,
    regions,
    revisions,
    selections,
    shown,
)

METADATA = SQLModel.metadata
