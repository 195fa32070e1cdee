"""Pictures that nothing refers to any more leave the store: looked up and noted in transactions, deleted between."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from sqlmodel import Session

from bot.files import FileStore
from handlers.kit.runtime import Runtime
from storage import outbox, unused
from storage.store import Store

log = logging.getLogger("bedah.sweep")

# Storing a picture takes seconds; what lies aside longer was left by a process that died.
_ASIDE = timedelta(hours=1)


async def sweep(store: Store, files: FileStore, runtime: Runtime) -> int:
    """Delete the files of photos that were thrown away; how many."""
    def look(session: Session) -> set[str]:
        runtime.guard(session)
        return unused.unused_files(session)

    keys = await store.do(look)
    gone = await asyncio.to_thread(_delete, files, keys, runtime)

    def note(session: Session) -> None:
        runtime.guard(session)
        pictures, pages = unused.files_deleted(session, gone, runtime.now())
        for photo in pictures:
            outbox.fetch_file(session, photo.id or 0, photo.file_id, runtime.now())
        for page in pages:
            outbox.fetch_scan(session, page.id or 0, page.file_id, runtime.now())

    if gone:
        await store.do(note)
    return len(gone)


def _delete(files: FileStore, keys: set[str], runtime: Runtime) -> set[str]:
    gone = set()
    for key in sorted(keys):
        try:
            files.delete(key)
        except OSError as error:
            log.error("a file could not be deleted: %s", type(error).__name__)
        else:
            gone.add(key)
    files.tidy(runtime.now() - _ASIDE)
    return gone
