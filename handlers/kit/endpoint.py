"""The one wrapper around every handler: policy, transaction, refusal, answer (decision 1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from sqlmodel import Session
from telegram import Update
from telegram.constants import ChatID
from telegram.ext import CallbackContext, CallbackQueryHandler, CommandHandler, filters

from handlers.kit import protected
from handlers.kit.buttons import Button, Rows
from handlers.kit.policy import Member, Policy, Where
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.runtime import JOB, RUNTIME, Job, Runtime
from handlers.kit.texts import spoken, texts
from storage import inbox, outbox
from storage.errors import Refused
from storage.people import areas_of, by_telegram, roles_of, set_reachable

_ANONYMOUS = "anonymous"
_ONCE = timedelta(minutes=1)
Handler = Callable[[Request], None]
Callback = Callable[[Update, CallbackContext[Any, Any, Any, Any]], Coroutine[Any, Any, None]]


def endpoint(handler: Handler, *, allow: Policy, button: type[Button] | None = None) -> Callback:
    """Make a python-telegram-bot callback of a plain function.

    The function runs in one transaction off the event loop. A refusal (:class:`Refusal`, :class:`Refused`)
    undoes what it wrote and is answered; the inbox row is marked done in the same transaction. Any other
    error is noted on the job, so that the pump can try again.
    """
    if not isinstance(allow, Policy):
        raise TypeError(f"{handler.__name__} declares no policy")

    async def callback(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        runtime: Runtime = context.bot_data[RUNTIME]
        job = JOB.get()
        try:
            instant = await runtime.store.do(
                lambda session: _unit(session, runtime, update, job, handler, allow, button),
                repeatable=True,  # a second time the inbox row is done, and finish() says so
            )
        except inbox.AlreadyDone:
            job.finished = True
            return
        except Exception as error:
            job.error = error
            return
        job.finished = True
        for method, params in instant:
            runtime.instant(method, params)
        runtime.wake()

    callback.policy = allow  # type: ignore[attr-defined]
    callback.handler = handler  # type: ignore[attr-defined]
    callback.button = button  # type: ignore[attr-defined]
    return callback


def command(name: str | list[str], handler: Handler, *, allow: Policy) -> CommandHandler[Any, Any]:
    """A route for a command, when it is sent; editing an old message gives no command again."""
    return CommandHandler(name, endpoint(handler, allow=allow), filters=filters.UpdateType.MESSAGE)


def press(button: type[Button], handler: Handler, *, allow: Policy) -> CallbackQueryHandler[Any, Any]:
    """A route for one kind of button."""
    return CallbackQueryHandler(endpoint(handler, allow=allow, button=button), pattern=button.pattern())


def _unit(
    session: Session, runtime: Runtime, update: Update, job: Job, handler: Handler, allow: Policy,
    button: type[Button] | None,
) -> list[tuple[str, dict[str, Any]]]:
    runtime.guard(session)
    inbox.finish(session, job.inbox_id, runtime.now())
    request = _request(session, runtime, update)
    if request is None:
        return []
    if update.callback_query is not None:
        request.instant.append(("answerCallbackQuery", {"callback_query_id": update.callback_query.id}))
    try:
        with session.begin_nested():
            if not _admits(request, allow):
                return request.instant
            if button is not None:
                request.button = _unpacked(request, button)
                if request.button is None:
                    return request.instant
            handler(request)
    except (Refusal, Refused) as refusal:
        # What the handler wrote is undone with the savepoint; only the answer stays.
        request.instant = request.instant[:1] if update.callback_query is not None else []
        refuse(request, refusal)
    return request.instant


def refuse(request: Request, refusal: Refusal | Refused, rows: Rows | None = None) -> None:
    """Say what was wrong: a message for what was typed; for a press an alert, or a message where it is long. ``rows``:
    the ways on, below a message."""
    key, values = explain(request, refusal)
    if request.update.callback_query is not None:
        plain = request.label(key, **values).replace("<b>", "").replace("</b>", "")
        if len(plain) <= 200 and "<" not in plain:
            request.toast(plain, alert=True)
            return
    text = request.t(key, **values)
    # Thirty photos without a form are refused once, not thirty times.
    same = f"refused:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    request.say(text, rows, slot=same if request.private else None)


def explain(request: Request, refusal: Refusal | Refused) -> tuple[str, dict[str, Any]]:
    """The message key of a refusal and its values, with figures written as people write them."""
    if isinstance(refusal, Refusal):
        return refusal.key, dict(refusal.values)
    key = f"rule.{refusal.code}"
    values = {name: _written(request, name, value) for name, value in refusal.figures.items()}
    return key, values


# Names of figures that are rupiah, wherever a rule speaks of them.
_RUPIAH = {"money", "money_left", "money_missing", "real", "reserved", "missing", "ceiling"}


def _written(request: Request, name: str, value: Any) -> Any:
    if name in _RUPIAH and isinstance(value, int):
        return request.money(value)
    if name == "state":
        return request.label(f"state.{value}")
    if name == "reasons":
        return ", ".join(request.label(f"misfit.{one}") for one in value)
    return value


def _request(session: Session, runtime: Runtime, update: Update) -> Request | None:
    user = update.effective_user
    chat = update.effective_chat
    # An admin of a group who stays anonymous there writes as one bot that Telegram keeps for them all.
    if user is None or (user.is_bot and user.id != ChatID.ANONYMOUS_ADMIN):
        return None
    person = by_telegram(session, user.id)
    member = None
    if person is not None:
        if person.unreachable_at is not None and update.message is not None:
            set_reachable(session, person, runtime.now(), reachable=True)
            protected.finish(session, user.id, runtime.now())
        roles = roles_of(session, person.id or 0)
        if roles:
            member = Member(person, tuple(roles), areas_of(session, [role.id or 0 for role in roles]))
    locale = person.locale if person else spoken(user.language_code)
    return Request(
        update=update, session=session, runtime=runtime, now=runtime.now(), texts=texts(locale),
        chat_id=chat.id if chat else user.id, user_id=user.id, member=member,
    )


def _admits(request: Request, allow: Policy) -> bool:
    if allow.where == Where.PRIVATE and not request.private:
        _answer(request, "refuse.only_private")
        return False
    if allow.where == Where.GROUP and request.private:
        _answer(request, "refuse.only_group")
        return False
    if not allow.known:
        return True
    if request.member is None:
        _answer(request, "refuse.unknown_person")
        return False
    if allow.roles is not None and not request.member.has(*allow.roles):
        _answer(request, "refuse.role")
        return False
    return True


def _answer(request: Request, key: str) -> None:
    """A group stays quiet: only people of the programme are answered there, one line for many tries."""
    if request.update.callback_query is not None:
        request.toast(request.label(key), alert=True)
    elif request.member is None and key == "refuse.unknown_person" and request.user_id == ChatID.ANONYMOUS_ADMIN:
        # Perhaps an admin of ours, whom nobody can know like this: silence would be a dead end.
        if not outbox.recent(request.session, request.chat_id, _ANONYMOUS, request.now - _ONCE):
            request.say(request.t("refuse.anonymous"), slot=_ANONYMOUS, priority=outbox.NEWS, reply=True)
    elif request.member is None:
        request.turn_away()
    elif request.private:
        request.say(request.t(key))
    else:
        request.say(request.t(key), slot="hint", priority=outbox.NEWS, reply=True)


def _unpacked(request: Request, kind: type[Button]) -> Button | None:
    query = request.update.callback_query
    try:
        return kind.unpack((query.data or "") if query else "")
    except ValueError:
        request.toast(request.label("refuse.old_button"), alert=True)
        return None
