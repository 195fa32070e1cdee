"""Sealed values come back whole, or not at all; the key file is safe from the first moment."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from storage import households, meta, outbox
from storage.errors import WrongKey
from storage.households import Household
from storage.meta import Meta
from storage.store import Store, vault_of
from storage.vault import Vault
from tests.builders import NOW, make_house, race

VAULT, TEXT = Vault.fresh()


@given(st.binary(max_size=200), st.text(max_size=40))
def test_round_trip(plain: bytes, place: str) -> None:
    sealed = VAULT.seal(plain, place)
    assert VAULT.open(sealed, place) == plain
    assert VAULT.seal(plain, place) != sealed  # never the same twice, or equal values could be told
    assert len(plain) < 8 or plain not in sealed


@given(st.binary(max_size=60), st.data())
def test_any_changed_bit_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(plain, "here"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(WrongKey):
        VAULT.open(bytes(sealed), "here")


@given(st.binary(max_size=60))
def test_garbage_and_cut_values(garbage: bytes) -> None:
    with pytest.raises(WrongKey):
        VAULT.open(garbage, "here")
    with pytest.raises(WrongKey):
        VAULT.open(b"\x01" + garbage, "here")
    with pytest.raises(WrongKey):
        VAULT.open(VAULT.seal(garbage, "here")[:-1], "here")


def test_moved_to_another_row() -> None:
    with pytest.raises(WrongKey):
        VAULT.open(VAULT.seal(b"3674060101700001", "household:1"), "household:2")


def test_old_keys_still_open_and_new_ones_seal() -> None:
    old = VAULT.seal(b"lama", "here")
    keys = orjson.loads(TEXT)
    keys["keys"]["2"] = orjson.loads(Vault.fresh()[1])["keys"]["1"]
    rotated = Vault.from_text(orjson.dumps(keys).decode())
    assert rotated.open(old, "here") == b"lama"
    assert rotated.seal(b"baru", "here")[0] == 2
    with pytest.raises(WrongKey, match="unknown key id"):
        VAULT.open(rotated.seal(b"baru", "here"), "here")


def test_index_finds_equal_numbers_of_one_kind_only() -> None:
    assert VAULT.index("1", "nik") == Vault.from_text(TEXT).index("1", "nik")
    assert len({VAULT.index("1", "nik"), VAULT.index("1", "kk"), VAULT.index("2", "nik"),
                Vault.fresh()[0].index("1", "nik")}) == 4


SHORT = TEXT.replace(orjson.loads(TEXT)["index"], "AAAA")


@pytest.mark.parametrize("text", [
    "", "null", "[]", "{}", "halo", '{"keys": {}, "index": ""}', SHORT,
    '{"keys": {"1": "AAAAAAAAAAAAAAAAAAAAAA=="}, "index": "' + orjson.loads(TEXT)["index"] + '"}',
    TEXT.replace('"1"', '"0"'), TEXT.replace('"1"', '"256"'), TEXT.replace('"1"', '"x"'),
], ids=map(str, range(11)))  # the texts hold a random key: two processes must name a test alike
def test_not_a_key(text: str) -> None:
    with pytest.raises(WrongKey):
        Vault.from_text(text)


def test_a_vault_never_shows_its_key() -> None:
    keys = orjson.loads(TEXT)
    for secret in (keys["index"], keys["keys"]["1"]):
        assert secret not in f"{VAULT} {VAULT!r}"


def test_key_file(tmp_path: Path) -> None:
    path = tmp_path / "data" / "key"
    with pytest.raises(WrongKey, match="no key file"):
        Vault.from_file(path, may_create=False)
    sealed = Vault.from_file(path, may_create=True).seal(b"x", "here")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Vault.from_file(path, may_create=False).open(sealed, "here") == b"x"
    assert os.listdir(path.parent) == ["key"]


def test_two_first_starts_share_one_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    vaults = race(*[lambda: Vault.from_file(path, may_create=True)] * 4)
    assert len({vault.index("1", "nik") for vault in vaults}) == 1


def test_wrong_key_for_the_data(database: Store) -> None:
    database.run(meta.check_key)  # the right one, again
    other = Store(database.url, Vault.fresh()[0])
    with pytest.raises(WrongKey):
        other.run(meta.check_key)
    other.close()
    database.run(meta.check_key)  # and nothing was overwritten


def test_another_index_key_is_a_wrong_key_too(database: Store) -> None:
    """With it everything opens, but no family that was helped would be found again."""
    keys = orjson.loads(TEXT)
    keys["index"] = orjson.loads(Vault.fresh()[1])["index"]
    mine, other = (Store(database.url, Vault.from_text(text)) for text in (TEXT, orjson.dumps(keys).decode()))
    database.run(lambda session: [session.delete(row) for row in session.exec(select(Meta))])
    mine.run(meta.check_key)
    with pytest.raises(WrongKey, match="index key"):
        other.run(meta.check_key)
    database.run(lambda session: session.delete(session.get_one(Meta, "index_check")))  # as an older version left it
    mine.run(meta.check_key)
    with pytest.raises(WrongKey, match="index key"):
        other.run(meta.check_key)
    for one in (mine, other):
        one.close()


def registered_under(session: Session, nik: str) -> list[int]:
    index = vault_of(session).index(nik, "nik")
    return list(session.exec(select(Household.house_id).where(Household.nik_index == index)))


def test_nik_is_sealed_and_found(database: Store) -> None:
    nik = "3674060101700001"
    house = database.run(lambda session: make_house(session, nik=nik).id or 0)

    def look(session: Session) -> tuple[bytes, str, list[int], list[int]]:
        row = households.of_house(session, house)
        assert row is not None
        return (row.nik, households.nik_of(session, row), registered_under(session, nik),
                registered_under(session, "3674060101700002"))

    sealed, plain, found, none = database.run(look)
    assert nik.encode() not in sealed
    assert (plain, found, none) == (nik, [house], [])


def test_a_corrected_family(database: Store) -> None:
    house = database.run(lambda session: make_house(session).id or 0)
    write = {"head_name": "Contoh Baru", "address": "Gg. Baru", "nik": "3674064101700009", "consent_at": NOW,
             "consent_version": "1", "recorded_by": 1, "rt": "002", "rw": "011", "lat": -6.3, "lon": 106.7}
    database.run(lambda session: households.write(session, house, **write))
    row = database.run(lambda session: households.of_house(session, house))
    assert row is not None
    assert (row.head_name, row.rt, row.rw, row.lat, row.lon) == ("Contoh Baru", "002", "011", -6.3, 106.7)
    assert database.run(lambda session: households.nik_of(session, row)) == "3674064101700009"
    assert database.run(lambda session: registered_under(session, "3674064101700009")) == [house]


def test_calls_are_sealed(database: Store) -> None:
    row = database.run(lambda session: outbox.enqueue(session, 7_100_000_001, "sendMessage", {"text": "rahasia"}, NOW))
    assert b"rahasia" not in row.params
    assert database.run(lambda session: outbox.params_of(session, row)) == {"text": "rahasia"}
