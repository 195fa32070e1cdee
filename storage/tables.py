"""Every table, imported once, so that the metadata is whole (migrations, tests)."""

from __future__ import annotations

from sqlmodel import SQLModel

from storage import (  # noqa: F401
    baskets,
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
    shown,
)

METADATA = SQLModel.metadata
