"""A decision taken back: within some minutes, by whoever made it, while nothing has come of it."""

from __future__ import annotations

from handlers.cards import code_link
from handlers.kit.request import Request
from handlers.registration.news import tell_surveyor
from handlers.verification.buttons import Undo
from handlers.verification.card import again, next_steps
from handlers.verification.walk import reach, walk_of
from storage import houses, undoing
from storage.errors import Refused, Stale


def on_undo(request: Request) -> None:
    """The house waits again, in the hand of whoever had decided; otherwise what is true now is said."""
    button = request.button
    assert isinstance(button, Undo)
    reach(request, button.house_id)
    walk = walk_of(button.walk)
    try:
        undoing.take_back(request.session, button.house_id, button.version, request.now, by=request.me.id,
                          rules=request.runtime.rules)
    except Refused as refused:
        house = houses.get(request.session, button.house_id)
        key = "verify.undo.changed" if isinstance(refused, Stale) else "verify.undo.late"
        request.edit(request.t(key, code=code_link(request, house), state=request.label(f"state.{house.state}"),
                               minutes=int(request.runtime.rules.undo.total_seconds() // 60)),
                     next_steps(request, walk))
        return
    house = houses.get(request.session, button.house_id)
    request.toast(request.label("verify.undone", code=house.code))
    again(request, house, walk)
    tell_surveyor(request, house, "verify.news.undone")
