"""A surveyor who fills in the form of a house, and who knows what each word of theirs must have become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import count
from typing import Any

from sqlmodel import col, select

from handlers.kit import parse
from handlers.kit.form import Edit, Pick
from handlers.kit.refusal import Refusal
from handlers.registration.buttons import FillSection
from handlers.registration.questions import SHORT_KEYS
from handlers.registration.same import SHARES_WITH
from handlers.registration.section_questions import SECTIONS
from storage import drafts, photos
from storage.drafts import Draft
from storage.houses import House
from storage.people import RoleName, by_telegram
from storage.photos import PhotoKind
from storage.registering import entry_of
from storage.store import Store
from tests.builders import history
from tests.handlers.filler_words import CAPTIONS, CONDITIONS, READ, Dice, surely, words
from tests.handlers.house_steps import answers, asking, restarted
from tests.handlers.photo_steps import recaption, snap
from tests.world import Seen, World

MOST_STEPS = 60
_people = count(1)


class Filler:
    """One surveyor with the answers that must stand in the draft, and later in the house."""

    def __init__(self, store: Store) -> None:
        self.store, number = store, next(_people)
        self.world = World(store)
        self.world.ids, self.world.update_ids = count(number * 100_000), count(number * 100_000)
        self.sari = self.world.actor("Sari", 2**34 + number, RoleName.SURVEYOR)
        self.files = count(number * 1000)
        self.house_id, self.ending = 0, False
        self.forget()

    def forget(self) -> None:
        """The draft is gone, and all that was said in it."""
        self.model: dict[str, Any] = {}
        self.photos: dict[str, str | None] = {}
        self.typed: dict[int, str] = {}
        self.captions: dict[int, str] = {}
        self.spoken: list[tuple[str, str]] = []

    def begin(self) -> None:
        self.sari.says("/daftar")
        self.sari.presses("Setuju")
        self.model["consent"] = "yes"

    def restart(self) -> None:
        self.sari, = restarted(self.world, self.sari)
        self.world = self.sari.world

    # -- what is there ------------------------------------------------------------------------------------------

    @property
    def asked(self) -> str | None:
        return asking(self.world, self.sari)

    def draft(self) -> Draft:
        def find(session: Any) -> Draft:
            found = drafts.current(session, by_telegram(session, self.sari.id).id)
            assert found is not None
            return found

        return self.store.run(find)

    def house(self) -> House | None:
        def find(session: Any) -> House | None:
            person = by_telegram(session, self.sari.id)
            return session.exec(select(House).where(col(House.surveyor_id) == person.id)).first()

        return self.store.run(find)

    def is_kept(self) -> None:
        """The draft holds what was entered, no less and no more."""
        kept = answers(self.world, self.sari) or {}
        assert {key: value for key, value in kept.items() if key in ("consent", SHARES_WITH, *SHORT_KEYS)
                and key != "photos"} == self.model
        found = self.store.run(lambda session: photos.counting(session, kept.get("photos", [])))
        assert [one.kind for one in found] == list(self.photos.values())

    # -- what they do -------------------------------------------------------------------------------------------

    def keep(self, key: str, value: Any) -> None:
        if key == "kecamatan" and self.model.get(key) != value:
            self.model.pop("kelurahan", None)
        self.model[key] = list(value) if isinstance(value, tuple) else value

    def meant(self, key: str, text: str) -> tuple[str, Any] | None:
        """What a text must become that was meant for ``key``, whatever is asked now; None: it is refused."""
        # A NIK that is known is not written over by digits that were typed at another question.
        sure = surely(key, text) and not (key == "nik" and "nik" in self.model)
        goal = key if sure else self.asked
        if goal == "nik" or (goal == key == "nik"):
            read: Callable[[str], Any] = lambda typed: parse.nik(typed, self.world.now.date()).value  # noqa: E731
        elif goal == "prior_aid":
            read = lambda typed: parse.year(typed, self.world.now.date())  # noqa: E731
        elif goal in READ:
            read = READ[goal]
        else:
            return None
        try:
            value = read(text)
        except Refusal:
            return None
        return goal, str(value) if goal in ("area", "land_m2", "septic_m") else value

    def says(self, key: str, text: str) -> None:
        """Type what answers a question, whether it is asked or not."""
        became = self.meant(key, text)
        self.sari.says(text)
        if became is not None:
            self.keep(*became)
            self.typed[self.sari.last_sent_id] = became[0]
        if key != "consent":  # "ya" would answer other questions, too
            self.spoken.append((key, text))

    def repeats(self, dice: Dice) -> None:
        """The same words again. A bare figure would press one of the buttons that are shown: nobody does that."""
        key, text = dice.among(self.spoken[-3:])
        if not text.isdecimal() or surely(key, text) or self.asked in (*READ, None):
            self.says(key, text)

    def corrects(self, dice: Dice) -> None:
        message, key = dice.among(sorted(self.typed.items()))
        text = words(key, dice)
        value = READ[key](text) if key != "nik" else parse.nik(text, self.world.now.date()).value
        self.sari.edits(message, text)
        self.keep(key, str(value) if key == "area" else value)

    def pins(self, lat: float, lon: float) -> None:
        self.sari.pin(lat, lon)
        self.model["pin"] = [lat, lon]

    def photo(self, caption: str | None = None, unique: str | None = None) -> None:
        """A new photo, or one that was sent before."""
        again = unique is not None
        unique = unique or f"foto-{next(self.files)}"
        message = snap(self.sari, caption, unique=unique)
        self.captions[message] = unique
        if not again or caption is not None:
            self._shows(unique, caption, CAPTIONS[caption])

    def _shows(self, unique: str, caption: str | None, kind: str | None) -> None:
        self.photos[unique] = None
        silent = caption is None and PhotoKind.FRONT not in self.photos.values()
        self.photos[unique] = PhotoKind.FRONT if silent else kind

    def album(self, number: int, captioned: int, caption: str | None) -> None:
        """Several photos at once; the caption of one counts for all."""
        group, there = f"album-{next(self.files)}", []
        for place_ in range(number):
            unique = f"foto-{next(self.files)}"
            there.append(unique)
            snap(self.sari, caption if place_ == captioned else None, group, unique=unique)
            known = CAPTIONS[caption] if place_ >= captioned else None
            if place_ == captioned and known:
                self.photos |= dict.fromkeys(there, known)
            elif place_ > captioned and known:
                self.photos[unique] = known
            else:
                self._shows(unique, caption if place_ == captioned else None, None)

    def loose(self) -> list[str]:
        """Photos outside of albums: what is said of one says nothing of others."""
        return sorted(set(self.captions.values()))

    def recaptions(self, dice: Dice) -> None:
        message, unique = dice.among(sorted(self.captions.items()))
        caption = dice.among([one for one in CAPTIONS if one])
        recaption(self.sari, message, caption)
        self.photos[unique] = CAPTIONS[caption]

    def _card(self, key: str) -> tuple[Seen, list[str]]:
        """The newest message that offers choices of a question; an old one may offer others."""
        def offered(card: Seen) -> list[str]:
            return [button["callback_data"] for row in card.rows for button in row
                    if button["callback_data"].startswith("fp:") and Pick.unpack(button["callback_data"]).key == key]

        if not offered(self.sari.last) or key in ("same", "kelurahan"):
            self.sari.says("!!!")
        assert offered(self.sari.last), f"{key} is asked without its choices: {self.sari.last.text!r}"
        return self.sari.last, offered(self.sari.last)

    def give(self, key: str, dice: Dice, *, typing: bool = False) -> None:
        """A right answer to what is asked. ``typing``: no button is pressed (the choices are not there yet)."""
        if typing and key in CONDITIONS:
            rank = str(dice.whole(1, 5))
            self.sari.says(rank)
            self.keep(key, rank)
        elif key == "photos":
            self.photo(dice.among(list(CAPTIONS)))
        elif key in READ or key in ("nik", "prior_aid"):
            self.says(key, words(key, dice))
        else:
            card, offered = self._card(key)
            if key == "same" and self.ending:  # it is another house, or another family: there is nothing to give up
                offered = [data for data in offered if Pick.unpack(data).value[0] != "s"]
            self._picks(key, dice.among(offered), card)

    def _picks(self, key: str, data: str, card: Seen) -> None:
        value = Pick.unpack(data).value
        self.sari.presses_data(data, card)
        if key == "same":
            if value[0] == "f":
                self.model[SHARES_WITH] = int(value[1:])
        elif key == "drop":
            if value == "yes":
                assert answers(self.world, self.sari) is None
                self.forget()
                self.begin()
        else:
            self.keep(key, value)

    # -- to the end ---------------------------------------------------------------------------------------------

    def fill_up(self, dice: Dice, skips: int = 0) -> None:
        """Answer what is left. ``skips``: one in so many questions of a section stays open (0: none)."""
        self.ending = True
        for _ in range(MOST_STEPS):
            key = self.asked
            if key == "drop":  # asked before the end began
                self.sari.presses("Tidak, kembali", self._card(key)[0])
                continue
            if key is None:
                return
            if skips and dice.whole(1, skips) == 1 and "Lewati" in "".join(self.sari.last.buttons):
                self.sari.presses("Lewati", self.sari.last)
            elif key == "photos":
                self.photo(None if PhotoKind.FRONT not in self.photos.values() else dice.among(list(CAPTIONS)))
            else:
                self.give(key, dice)
        raise AssertionError(f"{self.asked} is still asked, with {answers(self.world, self.sari)}")

    def saves(self) -> None:
        self.sari.presses("Simpan")
        assert answers(self.world, self.sari) is None, self.sari.last.text
        house = self.house()
        assert house is not None
        self.house_id = house.id or 0
        self.is_saved()

    def is_saved(self) -> None:
        """The house is what was entered: house, family, assessment, photos and whose building it shares."""
        house = self.house()
        assert house is not None

        def check(session: Any) -> None:
            entry = entry_of(session, house)
            assert entry is not None
            found, wanted = asdict(entry), self.entered()
            assert {key: found[key] for key in found if found[key] is not None or key in wanted} == wanted
            assert house.shares_with_id == self.model.get(SHARES_WITH)
            there = photos.of_house(session, house.id or 0)
            assert sorted(map(str, (one.kind for one in there))) == sorted(map(str, self.photos.values()))

        self.store.run(check)

    def entered(self) -> dict[str, Any]:
        """The answers as the fields of an entry."""
        fields = {key: value for key, value in self.model.items() if key not in ("consent", SHARES_WITH)}
        (rt, rw), (lat, lon), area = fields.pop("rt_rw"), fields.pop("pin"), float(fields.pop("area"))
        whole = (*CONDITIONS, *SECTIONS["structure"], *SECTIONS["health"][:-1], "prior_aid")
        found = {key: int(value) if key in whole else float(value) if key in ("land_m2", "septic_m") else value
                 for key, value in fields.items()}
        return found | {"rt": rt, "rw": rw, "lat": lat, "lon": lon, "area_m2": area}

    def opens(self, section: str) -> None:
        self.sari.presses("Lengkapi / ubah data")
        self.sari.presses_data(FillSection(self.house_id, section).pack(), self.sari.card)

    def changes(self, keys: Sequence[str], dice: Dice) -> None:
        """Some answers of the short path are corrected after saving; the history names just these."""
        before = self.entered()
        self.opens("basic")
        for key in keys:
            self.sari.presses_data(Edit(self.draft().id or 0, key).pack(), self.sari.last)
            assert self.asked == key
            self.give(key, dice)
            self.fill_up(dice)
        self.saves()
        changed = {key for key, value in self.entered().items() if before.get(key) != value}
        newest = self.store.run(lambda session: history(session, self.house_id)[0])
        if changed:
            assert newest.kind == "house.corrected"
            assert set(newest.data["fields"]) == changed
