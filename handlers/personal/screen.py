"""``/kabar``: a person's own digests, to look at and to turn on and off; and the switch under each of them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.kit.buttons import Link, Press, Rows
from handlers.kit.endpoint import command, press
from handlers.kit.policy import only
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import Texts, join
from handlers.personal.buttons import SeeDigest, SetDigest
from handlers.personal.content import CONTENT, Look
from storage import personal
from storage.personal import ROLES, PersonalKind

_MAY = only(*ROLES.values())


def on_news(request: Request) -> None:
    """The command: which digests there are, and whether they come."""
    request.say(*_list(request))


def _list(request: Request) -> tuple[Markup, Rows]:
    off = personal.turned_off(request.session, request.me.id)
    lines, rows = [request.t("personal.list")], Rows()
    for kind in PersonalKind:
        if request.me.has(ROLES[kind]):
            name = request.label(f"personal.name.{kind}")
            lines.append(request.t("personal.is_off" if kind in off else "personal.is_on", name=name,
                                   when=request.label(f"personal.when.{kind}")))
            rows.append([Press(request.label("personal.button.see", name=name), SeeDigest(kind)),
                         _switch(request.texts, kind, wanted=kind in off, listed=True)])
    return join(lines), rows


def _switch(words: Texts, kind: PersonalKind, *, wanted: bool, listed: bool) -> Press:
    return Press(words.label("personal.button.on" if wanted else "personal.button.off"),
                 SetDigest(kind, int(wanted), int(listed)))


def below(words: Texts, kind: PersonalKind) -> list[Press | Link]:
    """What stands under a digest: a tap, and it comes no more."""
    return [_switch(words, kind, wanted=False, listed=False)]


def on_set(request: Request) -> None:
    """Turned on or off; a digest that is turned off says so, with the way back."""
    button = request.button
    assert isinstance(button, SetDigest)
    kind, wanted = _mine(request, button.kind), button.wanted != 0
    personal.want(request.session, request.me.id, kind, request.now, wanted=wanted)
    said = request.label("personal.toast.on" if wanted else "personal.toast.off")
    request.toast(said)
    if button.listed:
        request.edit(*_list(request))
        return
    name, when = request.label(f"personal.name.{kind}"), request.label(f"personal.when.{kind}")
    request.edit(request.t("personal.turned_on" if wanted else "personal.turned_off", name=name, when=when),
                 [[Press(request.label("personal.button.see", name=name), SeeDigest(kind))],
                  [_switch(request.texts, kind, wanted=not wanted, listed=False)]])


def on_see(request: Request) -> None:
    """What it says now."""
    button = request.button
    assert isinstance(button, SeeDigest)
    kind = _mine(request, button.kind)
    look = Look(request.session, request.runtime, request.now, [request.me.id])
    said = CONTENT[kind](look, request.me, request.texts)
    if said is None:
        request.toast(request.label(f"personal.nothing.{kind}"), alert=True)
        return
    request.say(*said)


def _mine(request: Request, kind: PersonalKind) -> PersonalKind:
    """The kind, if it is one of this person's.

    Raises:
        Refusal: it belongs to a role that they do not hold.
    """
    if not request.me.has(ROLES[kind]):
        raise Refusal("refuse.role")
    return kind


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["kabar", "news"], on_news, allow=_MAY),
    press(SetDigest, on_set, allow=_MAY),
    press(SeeDigest, on_see, allow=_MAY),
]
