"""Whatever a surveyor types, presses, repeats or sends out of turn: the house is what was entered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from handlers.kit.form import Back, Pick, Resume, Save, Skip
from handlers.kit.form import Edit as EditButton
from handlers.registration.questions import SHORT_KEYS
from handlers.registration.section_questions import SECTIONS
from storage.store import Store
from tests.handlers.filler import Filler
from tests.handlers.filler_words import CAPTIONS, CONDITIONS, Dice, place, words
from tests.world import Seen

JUNK = (" ", "x" * 4000, "!!!", "\u200b", "🏠")
HARMLESS = (Back, EditButton, Resume, Skip)
# Typed while anything else is asked, each of these is known for what it is.
ELSEWHERE = {"nik": "NIK: ", "rt_rw": "RT ", "pin": ""}


# What happens depends on the houses of surveyors before, which are still there when an example is run once more. So
# hypothesis decides what kind of thing happens next, and draws the dice for the rest.
ROLL = st.integers(0, 2**32).map(Dice)


def machine(store: Store) -> type[RuleBasedStateMachine]:
    """The form of one new surveyor after another, on one store: later ones meet the houses of those before."""

    class HouseForm(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.filler = Filler(store)
            self.old: list[tuple[str, Seen]] = []
            self.dice, self.well = Dice(0), True

        @initialize(dice=ROLL)
        def begin(self, dice: Dice) -> None:
            self.dice = dice
            self.filler.begin()
            self.remember()

        def remember(self) -> None:
            """Buttons stay on screens: what was shown once may be pressed at any time."""
            for card in self.filler.sari.seen[-2:]:
                self.old += [(button["callback_data"], replace(card)) for row in card.rows for button in row]

        @rule(dice=ROLL)
        def answer(self, dice: Dice) -> None:
            if self.filler.asked is not None:
                self.filler.give(self.filler.asked, dice)
                self.remember()

        @rule(dice=ROLL)
        def answer_again(self, dice: Dice) -> None:
            self.answer(dice)

        @rule(junk=st.sampled_from(JUNK))
        def junk(self, junk: str) -> None:
            self.filler.sari.says(junk)

        @rule(kind=st.sampled_from(("voice", "sticker", "video")))
        def wrong_kind(self, kind: str) -> None:
            base = {"file_id": kind, "file_unique_id": kind, "duration": 1, "width": 9, "height": 9}
            more = {"type": "regular", "is_animated": False, "is_video": False} if kind == "sticker" else {}
            self.filler.sari.sends(**{kind: base | more})

        @rule(caption=st.sampled_from(list(CAPTIONS)))
        def photo(self, caption: str | None) -> None:
            self.filler.photo(caption)

        @rule(dice=ROLL, caption=st.sampled_from(list(CAPTIONS)))
        def same_photo(self, dice: Dice, caption: str | None) -> None:
            if self.filler.captions:
                self.filler.photo(caption, unique=dice.among(self.filler.loose()))

        @rule(number=st.integers(2, 4), captioned=st.integers(0, 3), caption=st.sampled_from(list(CAPTIONS)))
        def album(self, number: int, captioned: int, caption: str | None) -> None:
            self.filler.album(number, captioned % number, caption)

        @rule(dice=ROLL)
        def recaption(self, dice: Dice) -> None:
            if self.filler.captions:
                self.filler.recaptions(dice)

        @rule(dice=ROLL)
        def pin(self, dice: Dice) -> None:
            self.filler.pins(*place(dice))

        @rule(dice=ROLL, key=st.sampled_from(list(ELSEWHERE)))
        def elsewhere(self, dice: Dice, key: str) -> None:
            text = words(key, dice)
            if key == "rt_rw" and "R" not in text:
                text = "RT {} RW {}".format(*text.split("/"))
            self.filler.says(key, text)

        @rule(dice=ROLL)
        def repeat(self, dice: Dice) -> None:
            if self.filler.spoken:
                self.filler.repeats(dice)

        @rule(dice=ROLL, number=st.integers(2, 6))
        def after_a_gap(self, dice: Dice, number: int) -> None:
            """Several messages in one go get one answer."""
            filler = self.filler
            before = len(filler.sari.seen)
            with filler.world.gap():
                for _ in range(number):
                    self.one_of_several(dice)
            assert len(filler.sari.seen) == before + 1, [one.text for one in filler.sari.seen[before:]]

        def one_of_several(self, dice: Dice) -> None:
            filler, asked = self.filler, self.filler.asked
            typed = asked is not None and (asked in CONDITIONS or asked in (
                "head_name", "nik", "pin", "address", "rt_rw", "photos", "occupants", "area"))
            match dice.among(("answer", "answer", "answer", "photo", "pin", "junk", "repeat")):
                case "answer" if typed:
                    filler.give(asked or "", dice, typing=True)
                case "repeat" if filler.captions:
                    filler.photo(unique=dice.among(filler.loose()))
                case "pin":
                    filler.pins(*place(dice))
                case "junk":
                    filler.sari.says("!!!")
                case _:
                    filler.photo(dice.among(list(CAPTIONS)))

        @rule(dice=ROLL)
        def old_button(self, dice: Dice) -> None:
            packed, card = dice.among(self.old)
            if packed.startswith("fp:"):
                if Pick.unpack(packed).key == self.filler.asked:
                    return  # not old at all: an answer
            elif not packed.startswith(tuple(f"{kind.code}:" for kind in HARMLESS)):
                return
            self.filler.sari.presses_data(packed, card)
            self.remember()

        @rule(dice=ROLL)
        def correct(self, dice: Dice) -> None:
            if self.filler.typed:
                self.filler.corrects(dice)

        @rule()
        def old_save(self) -> None:
            draft = self.filler.draft()
            self.filler.sari.presses_data(Save(draft.id or 0, draft.version - 1).pack(), self.filler.sari.last)

        @rule()
        def daftar_again(self) -> None:
            self.filler.sari.says("/daftar")

        @rule()
        def restart(self) -> None:
            self.filler.restart()

        @invariant()
        def nothing_is_lost_and_nothing_is_saved(self) -> None:
            if not self.filler.model:
                return
            self.well = False
            self.filler.is_kept()
            assert self.filler.house() is None
            self.well = True

        def teardown(self) -> None:
            try:
                if self.well and self.filler.model:
                    self.finish(self.dice)
            finally:
                self.filler.world.close()

        def finish(self, dice: Dice) -> None:
            """The rest, one or two sections with questions left open, then corrections of what is saved."""
            filler = self.filler
            filler.sari.says("/daftar")
            filler.fill_up(dice)
            filler.saves()
            for section in dice.random.sample(sorted(SECTIONS), dice.whole(1, 2)):
                filler.opens(section)
                filler.fill_up(dice, skips=3)
                filler.saves()
            filler.changes(dice.random.sample(SHORT_KEYS, dice.whole(1, 4)), dice)

    return HouseForm


@pytest.mark.long
def test_the_house_is_what_was_entered(database: Store) -> None:
    run_state_machine_as_test(machine(database), settings=settings(
        max_examples=10, stateful_step_count=35, phases=(Phase.generate,), deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    ))
