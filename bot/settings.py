"""Settings, from the environment (``BEDAH_…``) or a file named ``.env``. The README explains each."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.photos import PhotoKind
from storage.rules import Rules

# What Indonesians call their three zones.
ZONE_LABELS = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
TELEGRAM = "https://api.telegram.org"


def _is_address(value: str) -> bool:
    try:
        found = urlsplit(value)
        return found.scheme in ("http", "https") and bool(found.hostname) and (found.port or 1) > 0
    except ValueError:  # a port that is no number
        return False


class Settings(BaseSettings):
    """How one installation runs."""

    model_config = SettingsConfigDict(env_prefix="BEDAH_", env_file=".env", extra="ignore")

    token: SecretStr = SecretStr("")
    api_url: str = TELEGRAM
    data: Path = Path("data")
    database: str = ""
    keys: SecretStr = SecretStr("")
    files: str = ""
    city: str = "36.74"
    zone: str = "Asia/Jakarta"
    webhook_url: str = ""
    webhook_listen: str = "127.0.0.1"
    webhook_port: int = Field(default=8443, ge=0, le=65535)
    webhook_secret: SecretStr = SecretStr("")
    tick_seconds: float = Field(default=15.0, gt=0, le=3600)
    lease_seconds: float = Field(default=15.0, ge=1, le=3600)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    # What differs between cities; why each is as it is stands with storage.rules.Rules.
    area_per_person: float = Field(default=9.0, gt=0, le=100)
    land_most: float = Field(default=120.0, gt=0, le=100_000)
    photo_kinds: Annotated[tuple[PhotoKind, ...], NoDecode] = (PhotoKind.FRONT,)
    hold_minutes: int = Field(default=15, ge=1, le=1440)
    hold_returned_hours: int = Field(default=24, ge=0, le=720)
    undo_minutes: int = Field(default=10, ge=0, le=1440)
    keep_refused_days: int = Field(default=365, ge=1, le=36_525)
    keep_done_days: int = Field(default=3653, ge=1, le=36_525)
    notice_days: int = Field(default=7, ge=0, le=365)
    begin_days: int = Field(default=30, ge=1, le=3650)
    half_days: int = Field(default=60, ge=1, le=3650)
    done_days: int = Field(default=120, ge=1, le=3650)
    remind_days: Annotated[tuple[int, ...], NoDecode] = (7, 1)
    grace_days: int = Field(default=14, ge=1, le=3650)
    answer_hours: int = Field(default=72, ge=1, le=8760)
    aid_years: int = Field(default=10, ge=0, le=100)
    milestones: Annotated[tuple[int, ...], NoDecode] = (0, 30, 70, 100)

    @field_validator("log_level", mode="before")
    @classmethod
    def _capitals(cls, value: str) -> str:
        return value.upper()

    @field_validator("data", "city", "zone", "api_url", "webhook_listen", mode="before")
    @classmethod
    def _nothing_is_the_default(cls, value: Any, info: ValidationInfo) -> Any:
        """A line of ``.env`` with nothing behind its sign."""
        return value if value != "" else cls.model_fields[str(info.field_name)].default

    @field_validator("token")
    @classmethod
    def _shape_of_a_token(cls, value: SecretStr) -> SecretStr:
        given = value.get_secret_value().strip()
        if given and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{30,}", given):
            raise ValueError("does not look like a token (digits, a colon, at least 30 letters and digits)")
        return SecretStr(given)

    @field_validator("webhook_url")
    @classmethod
    def _reachable_from_outside(cls, value: str) -> str:
        if value and not _is_address(value):
            raise ValueError(f"must be a web address, for example https://bot.example.go.id, not {value}")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _as_telegram_takes_it(cls, value: SecretStr) -> SecretStr:
        given = value.get_secret_value()
        if given and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given):
            raise ValueError("must be 1 to 256 characters of A-Z a-z 0-9 _ -, as `openssl rand -hex 32` makes")
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no such time zone: {value} (for example Asia/Jakarta)") from error
        return value

    @field_validator("api_url")
    @classmethod
    def _bare_address(cls, value: str) -> str:
        if not _is_address(value):
            raise ValueError(f"must begin with http:// or https://, for example {TELEGRAM}, not {value}")
        return value.rstrip("/")

    @field_validator("photo_kinds", mode="before")
    @classmethod
    def _kinds(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        words = [word.strip().lower() for word in value.split(",") if word.strip()]
        unknown = [word for word in words if word not in set(PhotoKind)]
        if unknown:
            known = ", ".join(PhotoKind)
            raise ValueError(f"no such kind of photo: {', '.join(unknown)} (for example front,roof; there are {known})")
        return tuple(dict.fromkeys(words))

    @field_validator("remind_days", "milestones", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        words = [word.strip().rstrip("%") for word in value.split(",") if word.strip()]
        if not all(re.fullmatch(r"[0-9]{1,4}", word) for word in words):
            raise ValueError(f"must be whole numbers with commas between them, such as 0,30,70,100, not {value}")
        return tuple(int(word) for word in words)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.begin_days <= self.half_days <= self.done_days:
            raise ValueError(f"BEDAH_BEGIN_DAYS ({self.begin_days}), BEDAH_HALF_DAYS ({self.half_days}) and "
                             f"BEDAH_DONE_DAYS ({self.done_days}) must follow each other: all count from the claim")
        if any(one > 100 for one in self.milestones):
            raise ValueError("BEDAH_MILESTONES are percents from 0 to 100, such as 0,30,70,100")
        return self

    @model_validator(mode="after")
    def _told_before_it_is_erased(self) -> Self:
        for name in ("keep_refused_days", "keep_done_days"):
            if self.notice_days >= getattr(self, name):
                raise ValueError(f"BEDAH_NOTICE_DAYS ({self.notice_days}) must be less than BEDAH_{name.upper()} "
                                 f"({getattr(self, name)}): the admins are told that many days before data is erased")
        return self

    @property
    def rules(self) -> Rules:
        """What differs between cities, as the conversations and the store use it."""
        return Rules(
            area_per_person=self.area_per_person, land_most=self.land_most, photo_kinds=self.photo_kinds,
            hold=timedelta(minutes=self.hold_minutes), hold_returned=timedelta(hours=self.hold_returned_hours),
            undo=timedelta(minutes=self.undo_minutes), keep_refused=timedelta(days=self.keep_refused_days),
            keep_done=timedelta(days=self.keep_done_days), notice=timedelta(days=self.notice_days),
            begin=timedelta(days=self.begin_days), half=timedelta(days=self.half_days),
            done=timedelta(days=self.done_days),
            remind=tuple(timedelta(days=days) for days in sorted(set(self.remind_days), reverse=True)),
            grace=timedelta(days=self.grace_days), answer=timedelta(hours=self.answer_hours),
            aid=timedelta(days=-(-self.aid_years * 1461 // 4)),
            milestones=tuple(sorted(set(self.milestones))),
        )

    @property
    def database_url(self) -> str:
        """The database; a SQLite file in the data folder by default."""
        return self.database or f"sqlite:///{self.data / 'bedah.sqlite3'}"

    @property
    def files_url(self) -> str:
        """Where photos are kept: a local folder by default, or any fsspec address."""
        return self.files or str(self.data / "files")

    @property
    def key_file(self) -> Path:
        """The key file, made on first start when ``BEDAH_KEYS`` is not set."""
        return self.data / "bedah.key"

    @property
    def zone_label(self) -> str:
        """``WIB``, ``WITA`` or ``WIT``."""
        return ZONE_LABELS.get(self.zone, self.zone)
