"""Whatever a surveyor types, presses, repeats or sends out of turn: the house is what was entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, select

from handlers.kit.form import Back, Pick, Resume, Save, Skip
from handlers.kit.form import Edit as EditButton
from storage import drafts, households, photos
from storage.drafts import Draft
from storage.houses import House
from storage.people import RoleName, by_telegram
from storage.store import Store
from tests.handlers.house_steps import answers, asking, restarted
from tests.world import Seen, World

NAMES = ("Contoh Aminah", "Siti <b>Contoh</b>", "O'Contoh & Anak", "Ñama Contoh", "안녕 Contoh", "Contoh 🏠 Rumah")
NIKS = ("3674064107800001", "3674061203850002", "3201010101900003")
CHOICES = ("kecamatan", "kelurahan", "roof", "floor", "wall")
JUNK = (" ", "x" * 4000, "!!!", "\u200b", "🏠")
HARMLESS = (Back, EditButton, Resume, Skip)
_people = count(2**34)


def machine(store: Store) -> type[RuleBasedStateMachine]:
    """The form of one new surveyor after another, on one store."""

    class HouseForm(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.world = World(store)
            number = next(_people)
            self.world.update_ids = count(number * 10_000)
            self.sari = self.world.actor("Sari", number, RoleName.SURVEYOR)
            self.model: dict[str, Any] = {}
            self.typed: dict[int, str] = {}
            self.old: list[tuple[str, Seen]] = []

        @initialize()
        def begin(self) -> None:
            self.sari.says("/daftar")
            self.remember()
            self.sari.presses("Setuju")
            self.model["consent"] = "yes"

        def remember(self) -> None:
            """Buttons stay on screens: what was shown once may be pressed at any time."""
            for card in self.sari.seen[-2:]:
                self.old += [(button["callback_data"], replace(card)) for row in card.rows for button in row]

        @property
        def asked(self) -> str | None:
            return asking(self.world, self.sari)

        def keep(self, key: str, value: Any) -> None:
            if key == "kecamatan" and self.model.get(key) != value:
                self.model.pop("kelurahan", None)
            self.model[key] = value

        def says(self, text: str) -> None:
            self.sari.says(text)

        def words(self, key: str, draw: Callable[[Any], Any]) -> tuple[str, Any]:
            """A typed answer and what it means."""
            if key == "consent":  # asked again after a step back
                return draw(st.sampled_from(("ya", "Setuju"))), "yes"
            if key == "head_name":
                name = draw(st.sampled_from(NAMES))
                return name, name
            if key == "nik":
                nik = draw(st.sampled_from(NIKS))
                return draw(st.sampled_from((nik, f"{nik[:4]} {nik[4:]}", f"NIK: {nik}"))), nik
            if key == "address":
                place = f"Gg. Contoh <{draw(st.integers(1, 99))}>"
                return place, place
            if key == "rt_rw":
                rt, rw = draw(st.integers(1, 999)), draw(st.integers(1, 999))
                return draw(st.sampled_from((f"{rt}/{rw}", f"RT {rt} RW {rw}"))), [f"{rt:03d}", f"{rw:03d}"]
            if key == "pin":
                lat, lon = draw(st.integers(-9_000_000, -1)) / 1e6, draw(st.integers(100_000_000, 119_000_000)) / 1e6
                return f"{lat:.6f}, {lon:.6f}", [lat, lon]
            if key == "occupants":
                people = draw(st.integers(1, 30))
                return draw(st.sampled_from((str(people), f"{people} orang"))), people
            tenths = draw(st.integers(10, 10_000))
            return f"{tenths // 10},{tenths % 10}", f"{tenths // 10}.{tenths % 10}"

        def give(self, key: str, draw: Callable[[Any], Any]) -> None:
            """A right answer to what is asked."""
            if key in CHOICES:
                card = next(one for one in reversed(self.sari.seen)
                            if any(f":{key}:" in button["callback_data"] for row in one.rows for button in row
                                   if button["callback_data"].startswith("fp:")))
                offered = [button["callback_data"] for row in card.rows for button in row
                           if button["callback_data"].startswith("fp:")]
                data = draw(st.sampled_from(offered))
                self.sari.presses_data(data, card)
                self.keep(key, Pick.unpack(data).value)
            elif key == "photos":
                self.sari.photo()
                self.model["photos"] = self.model.get("photos", 0) + 1
            else:
                text, value = self.words(key, draw)
                self.says(text)
                self.typed[self.sari.last_sent_id] = key
                self.keep(key, value)

        @precondition(lambda self: self.asked is not None)
        @rule(data=st.data())
        def answer(self, data: st.DataObject) -> None:
            self.give(self.asked or "", data.draw)
            self.remember()

        @rule(junk=st.sampled_from(JUNK))
        def junk(self, junk: str) -> None:
            if self.asked in ("head_name", "address") and junk.startswith("x"):
                assert len(junk) > 200
            self.says(junk)

        @rule(kind=st.sampled_from(("voice", "sticker", "video")))
        def wrong_kind(self, kind: str) -> None:
            base = {"file_id": kind, "file_unique_id": kind, "duration": 1, "width": 9, "height": 9}
            more = {"type": "regular", "is_animated": False, "is_video": False} if kind == "sticker" else {}
            self.sari.sends(**{kind: base | more})

        @rule()
        def photo(self) -> None:
            self.sari.photo()
            self.model["photos"] = self.model.get("photos", 0) + 1

        @rule(lat=st.integers(-9_000_000, -1), lon=st.integers(100_000_000, 119_000_000))
        def pin(self, lat: int, lon: int) -> None:
            self.sari.pin(lat / 1e6, lon / 1e6)
            self.model["pin"] = [lat / 1e6, lon / 1e6]

        @precondition(lambda self: self.old)
        @rule(data=st.data())
        def old_button(self, data: st.DataObject) -> None:
            packed, card = data.draw(st.sampled_from(self.old))
            if packed.startswith("fp:"):
                if Pick.unpack(packed).key == self.asked:
                    return  # not old at all: an answer
            elif not packed.startswith(tuple(f"{kind.code}:" for kind in HARMLESS)):
                return
            self.sari.presses_data(packed, card)
            self.remember()

        @precondition(lambda self: self.typed)
        @rule(data=st.data())
        def correct(self, data: st.DataObject) -> None:
            message, key = data.draw(st.sampled_from(sorted(self.typed.items())))
            text, value = self.words(key, data.draw)
            self.sari.edits(message, text)
            self.keep(key, value)

        @rule()
        def old_save(self) -> None:
            draft = self.draft()
            self.sari.presses_data(Save(draft.id or 0, draft.version - 1).pack(), self.sari.last)

        @rule()
        def daftar_again(self) -> None:
            self.sari.says("/daftar")

        @rule()
        def restart(self) -> None:
            self.sari, = restarted(self.world, self.sari)
            self.world = self.sari.world

        def draft(self) -> Draft:
            def find(session: Any) -> Draft:
                found = drafts.current(session, by_telegram(session, self.sari.id).id)
                assert found is not None
                return found

            return store.run(find)

        @invariant()
        def nothing_is_lost_and_nothing_is_saved(self) -> None:
            if not self.model:
                return
            kept = {key: value for key, value in (answers(self.world, self.sari) or {}).items()
                    if not key.startswith("consent_")}
            if "photos" in kept:
                kept["photos"] = len(kept["photos"])
            assert kept == self.model
            assert self.house() is None

        def house(self) -> House | None:
            def find(session: Any) -> House | None:
                person = by_telegram(session, self.sari.id)
                return session.exec(select(House).where(col(House.surveyor_id) == person.id)).first()

            return store.run(find)

        def teardown(self) -> None:
            try:
                if self.model:
                    self.finish()
            finally:
                self.world.close()

        def finish(self) -> None:
            self.sari.says("/daftar")
            while self.asked is not None:
                self.give(self.asked, _first)
            self.sari.presses("Simpan")
            house, model = self.house(), self.model
            assert house is not None
            assert answers(self.world, self.sari) is None
            assert [str(house.roof), str(house.floor), str(house.wall)] == [model[key] for key in CHOICES[2:]]
            assert (house.kecamatan_code, house.kelurahan_code) == (model["kecamatan"], model["kelurahan"])
            assert (house.occupants, house.area_m2) == (model["occupants"], float(model["area"]))

            def check(session: Any) -> None:
                family = households.of_house(session, house.id)
                assert (family.head_name, family.address) == (model["head_name"], model["address"])
                assert ([family.rt, family.rw], [family.lat, family.lon]) == (model["rt_rw"], model["pin"])
                assert households.nik_of(session, family) == model["nik"]
                assert photos.count_of_house(session, house.id) == model["photos"]

            store.run(check)

    return HouseForm


def _first(strategy: Any) -> Any:
    """A value outside of a drawn run: the simplest one."""
    from hypothesis import find

    return find(strategy, lambda _: True)


def test_the_house_is_what_was_entered(database: Store) -> None:
    run_state_machine_as_test(machine(database), settings=settings(
        max_examples=12, stateful_step_count=40, phases=(Phase.generate,), deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    ))
