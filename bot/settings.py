"""Settings, from the environment (``BEDAH_…``) or a file named ``.env``. The README explains each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# What Indonesians call their three zones.
ZONE_LABELS = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
TELEGRAM = "https://api.telegram.org"


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
    tick_seconds: float = Field(default=15.0, gt=0)
    lease_seconds: float = Field(default=15.0, ge=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("log_level", mode="before")
    @classmethod
    def _capitals(cls, value: str) -> str:
        return value.upper()

    @field_validator("token")
    @classmethod
    def _shape_of_a_token(cls, value: SecretStr) -> SecretStr:
        given = value.get_secret_value()
        if given and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{30,}", given):
            raise ValueError("does not look like a token (digits, a colon, at least 30 letters and digits)")
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no such time zone: {value} (for example Asia/Jakarta)") from error
        return value

    @field_validator("api_url")
    @classmethod
    def _bare_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

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
