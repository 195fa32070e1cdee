"""Photos: a photo counts on receipt; its bytes are fetched, checked and stored soon after (decision 10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, delete, func, select, update

from storage import dropped
from storage.base import args, big, check, choice, fk, pk


class PhotoState(StrEnum):
    """What became of the bytes."""

    RECEIVED = "received"
    STORED = "stored"
    REJECTED = "rejected"


class PhotoPurpose(StrEnum):
    """What the photo shows: the house at registration, or the work."""

    REGISTRATION = "registration"
    PROGRESS = "progress"


class PhotoKind(StrEnum):
    """Which part of the house a photo shows (DOMAIN.md)."""

    FRONT = "front"
    SIDE = "side"
    ROOF = "roof"
    FLOOR = "floor"
    WALL = "wall"
    BATHROOM = "bathroom"
    OTHER = "other"


class Photo(SQLModel, table=True):
    """One photo. ``key`` is the SHA-256 of the stored copy; ``likeness`` a 64-bit difference hash in hex, and
    ``band_0`` … ``band_3`` its four quarters, by which likenesses that differ in few bits are found.

    ``kind``: None while nobody has said what it shows. ``album``: Telegram's id of the album it came in.
    ``pin_metres``: how far the camera's own position was from the pin; the position itself is not kept.
    """

    __tablename__ = "photo"
    __table_args__ = args(
        check("pin_metres >= 0", "pin_metres"),
        *(Index(f"ix_photo_band_{number}", f"band_{number}") for number in range(4)),
    )
    id: int | None = pk()
    person_id: int = fk("person.id", index=False)
    chat_id: int = big()
    purpose: PhotoPurpose = choice(PhotoPurpose, "photo_purpose")
    house_id: int | None = fk("house.id", nullable=True)
    draft_id: int | None = fk("draft.id", nullable=True, ondelete="SET NULL")
    progress_id: int | None = fk("progress.id", nullable=True)
    file_id: str
    file_unique_id: str = Field(max_length=64, index=True)
    state: PhotoState = choice(PhotoState, "photo_state", default=PhotoState.RECEIVED)
    received_at: datetime
    key: str | None = Field(default=None, max_length=64, index=True)
    width: int | None = None
    height: int | None = None
    likeness: str | None = Field(default=None, max_length=16)
    problem: str | None = Field(default=None, max_length=40)
    kind: PhotoKind | None = choice(PhotoKind, "photo_kind", nullable=True)
    album: str | None = Field(default=None, max_length=64)
    pin_metres: int | None = None
    band_0: int | None = None
    band_1: int | None = None
    band_2: int | None = None
    band_3: int | None = None


def add(
    session: Session, person_id: int, chat_id: int, purpose: PhotoPurpose, file_id: str, file_unique_id: str,
    now: datetime, *, draft_id: int | None = None, album: str | None = None,
) -> Photo | None:
    """Note a photo; None when this very file is in the same draft already (a burst that came twice)."""
    if draft_id is not None and twin_in_draft(session, draft_id, file_unique_id) is not None:
        return None
    photo = Photo(person_id=person_id, chat_id=chat_id, purpose=purpose, file_id=file_id, album=album,
                  file_unique_id=file_unique_id, received_at=now, draft_id=draft_id)
    session.add(photo)
    session.flush()
    return photo


def twin_in_draft(session: Session, draft_id: int, file_unique_id: str) -> Photo | None:
    """The very same file in a draft."""
    where = (col(Photo.draft_id) == draft_id, col(Photo.file_unique_id) == file_unique_id,
             col(Photo.state) != PhotoState.REJECTED)
    return session.exec(select(Photo).where(*where)).first()


def of_album(session: Session, draft_id: int, album: str) -> list[Photo]:
    """Photos of a draft that came in one album, in order."""
    where = (col(Photo.draft_id) == draft_id, col(Photo.album) == album, col(Photo.state) != PhotoState.REJECTED)
    return list(session.exec(select(Photo).where(*where).order_by(col(Photo.id))))


def counting(session: Session, photo_ids: Collection[int]) -> list[Photo]:
    """Those of some photos that count (not rejected), in order."""
    where = (col(Photo.id).in_(photo_ids), col(Photo.state) != PhotoState.REJECTED)
    return list(session.exec(select(Photo).where(*where).order_by(col(Photo.id))))


def of_draft(session: Session, draft_id: int) -> list[Photo]:
    """Photos of a draft that count (not rejected), in order."""
    where = (col(Photo.draft_id) == draft_id, col(Photo.state) != PhotoState.REJECTED)
    return list(session.exec(select(Photo).where(*where).order_by(col(Photo.id))))


def of_house(session: Session, house_id: int, purpose: PhotoPurpose = PhotoPurpose.REGISTRATION) -> list[Photo]:
    """Photos of a house that count, in order."""
    where = (col(Photo.house_id) == house_id, col(Photo.purpose) == purpose, col(Photo.state) != PhotoState.REJECTED)
    return list(session.exec(select(Photo).where(*where).order_by(col(Photo.id))))


def attach(session: Session, draft_id: int, house_id: int, progress_id: int | None = None) -> int:
    """Move a draft's photos to its house (and report); how many."""
    done = session.exec(
        update(Photo).where(col(Photo.draft_id) == draft_id)
        .values(house_id=house_id, progress_id=progress_id, draft_id=None)
    )
    return int(done.rowcount)


def forget_draft(session: Session, draft_id: int, only: Collection[int] | None = None) -> None:
    """Delete the photos that stand in a draft only: nothing of a form that was not saved is kept. ``only``: these."""
    where = [col(Photo.draft_id) == draft_id, *([col(Photo.id).in_(only)] if only is not None else [])]
    gone = session.execute(delete(Photo).where(*where).returning(col(Photo.key)))
    dropped.leave(session, [key for key in gone.scalars() if key])


def retire(session: Session, house_id: int, photo_ids: list[int]) -> int:
    """Photos of a house that do not count any more: others took their place. Only the rows stay; how many."""
    where = (col(Photo.house_id) == house_id, col(Photo.id).in_(photo_ids), col(Photo.state) != PhotoState.REJECTED)
    found = list(session.exec(select(Photo).where(*where).with_for_update().execution_options(populate_existing=True)))
    for photo in found:
        _reject(session, photo, "replaced")
    return len(found)


def erase(session: Session, house_id: int) -> int:
    """Nothing of a house's photos is kept but that there were some: neither the files nor Telegram's names of them.
    How many."""
    rows = select(Photo).where(col(Photo.house_id) == house_id)
    found = list(session.exec(rows.with_for_update().execution_options(populate_existing=True)))
    dropped.leave(session, [photo.key for photo in found if photo.key])
    for photo in found:
        photo.state, photo.problem, photo.file_id, photo.file_unique_id = PhotoState.REJECTED, "erased", "", ""
        photo.key = photo.likeness = photo.album = photo.pin_metres = None
        photo.band_0 = photo.band_1 = photo.band_2 = photo.band_3 = None
        session.add(photo)
    session.flush()
    return len(found)


def _reject(session: Session, photo: Photo, problem: str) -> None:
    if photo.key is not None:
        dropped.leave(session, [photo.key])
    photo.state, photo.problem, photo.key = PhotoState.REJECTED, problem, None
    session.add(photo)
    session.flush()


def count_of_house(session: Session, house_id: int) -> int:
    """How many registration photos of a house count."""
    where = (col(Photo.house_id) == house_id, col(Photo.purpose) == PhotoPurpose.REGISTRATION,
             col(Photo.state) != PhotoState.REJECTED)
    return session.exec(select(func.count()).select_from(Photo).where(*where)).one()


def fetched(session: Session, photo_id: int, *, key: str, width: int, height: int, likeness: str) -> Photo | None:
    """The bytes are checked and stored under ``key``; None when the photo is wanted no more: then they go again."""
    photo = _wanted(session, photo_id)
    if photo is None:
        dropped.leave(session, [key])
        return None
    photo.state, photo.key, photo.width, photo.height = PhotoState.STORED, key, width, height
    photo.likeness = likeness
    photo.band_0, photo.band_1, photo.band_2, photo.band_3 = bands(likeness)
    session.add(photo)
    session.flush()
    return photo


def bands(likeness: str) -> tuple[int, int, int, int]:
    """The four quarters of a difference hash, 16 bits each, the highest first."""
    bits = int(likeness, 16)
    return bits >> 48, bits >> 32 & 0xFFFF, bits >> 16 & 0xFFFF, bits & 0xFFFF


def forget_distances(session: Session, photo_ids: Collection[int]) -> None:
    """The pin has moved: how far it was from where these were taken says nothing any more."""
    where = (col(Photo.id).in_(photo_ids), col(Photo.pin_metres).is_not(None))
    session.exec(update(Photo).where(*where).values(pin_metres=None))


def _wanted(session: Session, photo_id: int) -> Photo | None:
    """The photo, held until the transaction ends; None when it was thrown away or does not count any more."""
    photo = session.get(Photo, photo_id, populate_existing=True, with_for_update=True)
    return photo if photo is not None and photo.state != PhotoState.REJECTED else None


def rejected(session: Session, photo_id: int, problem: str) -> Photo | None:
    """The bytes are no usable picture; ``problem`` names why (``not_image``, ``too_big``, ``too_small``).

    None when the photo is wanted no more.
    """
    photo = _wanted(session, photo_id)
    if photo is not None:
        _reject(session, photo, problem)
    return photo
