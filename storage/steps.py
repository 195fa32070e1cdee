"""How often houses and claims went through each step, from the running totals: two digests apart by what happened."""

from __future__ import annotations

from collections import Counter

from storage.houses import NEEDING

HouseLine = tuple[str, str, str, str, int, int, int]
ClaimLine = tuple[int, str, int, int, int, int, int]
"""As :mod:`storage.digests` reads them."""

_OUT = "out"


def steps_of(houses: list[HouseLine], claims: list[ClaimLine]) -> dict[str, int]:
    """How often each step was ever taken: the difference of two digests is what happened between them.

    ``registered``; ``eligible``, ``ineligible``, ``returned``: decided by a verifier; ``undone``: refused houses that
    are looked at again; ``out``: houses that had counted as needing work and turned out not to (withdrawn, duplicate,
    looked at again). ``taken``, ``back``: from the waiting list to a partner, and back to it; a house that changes
    hands does both. ``begun``, ``finished``, ``handed_over``; ``reopened``: finished work sent back.

    ``released``, ``expired``, ``transferred``: how claims ended.

    Each step stays counted in the kecamatan in which it was taken, wherever its house turns out to stand.
    """
    steps = Counter(dict.fromkeys((
        "registered", "eligible", "ineligible", "returned", "undone", _OUT, "taken", "back", "begun",
        "finished", "handed_over", "reopened", "released", "expired", "transferred"), 0))
    needing = {state.value for state in NEEDING}
    named = {
        ("none", "registered"): "registered", ("registered", "eligible"): "eligible",
        ("registered", "ineligible"): "ineligible", ("registered", "returned"): "returned",
        ("eligible", "claimed"): "taken", ("claimed", "eligible"): "back", ("in_progress", "eligible"): "back",
        ("claimed", "in_progress"): "begun", ("in_progress", "finished"): "finished",
        ("finished", "handed_over"): "handed_over", ("finished", "in_progress"): "reopened",
    }
    for _, _, state, other, came, went, _ in houses:
        if (other, state) in named:
            steps[named[other, state]] += came
        # A correction may move a house at once: what was counted here has left here, wherever it came to.
        if state in needing and other not in needing:
            steps[_OUT] += went
        if (state, other) == ("ineligible", "registered"):
            steps["undone"] += went
    for _, state, _, found, *_ in claims:
        if state in steps and state != "handed_over":
            steps[state] += found
    return dict(steps)
