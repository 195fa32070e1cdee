"""Encryption of personal numbers and stored bodies.

AES-256-GCM with a key id in front, so that keys can be rotated; an HMAC-SHA256 with its own key as an index
that finds equal numbers without being able to read them (decision 11 of the design). The index key stays what it is for
good: of families that were helped and then erased only such hashes are left, and none could be made anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import WrongKey

_NONCE = 12
_TAG = 16
_KEY = 32


class Vault:
    """Encrypts with the newest key, decrypts with any known one."""

    def __init__(self, keys: dict[int, bytes], index_key: bytes) -> None:
        """``keys``: key id (1–255) → 32 bytes. ``index_key``: 32 bytes."""
        self._keys = {number: AESGCM(key) for number, key in keys.items()}
        self._newest = max(keys)
        self._index_key = index_key

    def __repr__(self) -> str:
        return "Vault(…)"  # never a key in a log

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Ciphertext bound to its place: moved to another row, it does not open."""
        nonce = os.urandom(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, plain, bound_to.encode())
        return bytes([self._newest]) + nonce + sealed

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """The plain bytes.

        Raises:
            WrongKey: unknown key id, wrong key, or bytes that belong to another row.
        """
        if len(sealed) < 1 + _NONCE + _TAG:
            raise WrongKey("not a sealed value")
        key = self._keys.get(sealed[0])
        if key is None:
            raise WrongKey("unknown key id")
        try:
            return key.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to.encode())
        except InvalidTag as error:
            raise WrongKey("the key does not open this row") from error

    def index(self, value: str, kind: str) -> str:
        """A keyed hash (hex) of a number of one kind (``nik``, ``kk``): equal numbers give equal hashes."""
        return hmac.new(self._index_key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    @classmethod
    def fresh(cls) -> tuple[Vault, str]:
        """A new vault and its text form for the key file."""
        text = orjson.dumps({"keys": {"1": _b64(secrets.token_bytes(32))}, "index": _b64(secrets.token_bytes(32))})
        return cls.from_text(text.decode()), text.decode()

    @classmethod
    def from_text(cls, text: str) -> Vault:
        """Read the text form.

        Raises:
            WrongKey: it is not the text of a key.
        """
        try:
            found = orjson.loads(text)
            keys = {int(number): base64.b64decode(key, validate=True) for number, key in found["keys"].items()}
            index_key = base64.b64decode(found["index"], validate=True)
            if not keys or {len(key) for key in (*keys.values(), index_key)} != {_KEY}:
                raise ValueError("key length")
            if not all(1 <= number <= 255 for number in keys):
                raise ValueError("key id")
            return cls(keys, index_key)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WrongKey("this is not a bedah key") from error

    @classmethod
    def from_file(cls, path: Path, *, may_create: bool) -> Vault:
        """The vault in a file of mode 0600; made when absent and ``may_create``.

        Raises:
            WrongKey: the file is absent and must not be made, or holds no key.
        """
        if path.exists():
            return cls.from_text(path.read_text())
        if not may_create:
            raise WrongKey(f"no key file at {path.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written whole beside its place (mkstemp: mode 0600), then linked there, which fails when another first
        # start was faster: nobody reads half a key, and nobody's key is replaced.
        handle, draft = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(cls.fresh()[1])
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
        return cls.from_text(path.read_text())


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
