"""What a handler gets: the update, who sent it, the open transaction, and ways to answer (all of them rows)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from markupsafe import Markup
from sqlmodel import Session
from telegram import Message, Update

from handlers.kit import format as fmt
from handlers.kit.buttons import Button, Rows, keyboard
from handlers.kit.policy import Member
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, texts
from storage import outbox, shown
from storage.outbox import Delivery, Outbox
from storage.people import Person, RoleName, holders

PROMPT = "prompt"


@dataclass
class Request:
    """One update in one transaction. Nothing here touches the network or commits."""

    update: Update
    session: Session
    runtime: Runtime
    now: datetime
    texts: Texts
    chat_id: int
    user_id: int
    member: Member | None = None
    button: Button | None = None
    instant: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def me(self) -> Member:
        """The member; only for handlers whose policy asks for one."""
        if self.member is None:
            raise AssertionError("the policy lets unknown people in")
        return self.member

    @property
    def message(self) -> Message | None:
        """The message sent or pressed on."""
        return self.update.effective_message

    @property
    def on_protected(self) -> bool:
        """Whether the message pressed on can be neither forwarded nor saved: an edit of it stays so."""
        query = self.update.callback_query
        pressed = query.message if query else None
        return isinstance(pressed, Message) and bool(pressed.has_protected_content) and pressed.text is not None

    @property
    def text(self) -> str:
        """What was typed, or the caption."""
        sent = self.update.effective_message
        return (sent.text or sent.caption or "") if sent else ""

    @property
    def private(self) -> bool:
        """Whether this is a private chat."""
        return self.chat_id == self.user_id

    @property
    def topic(self) -> int | None:
        """The forum topic of a group in which this was written or pressed; None for the general one, or no forum."""
        sent = self.update.effective_message
        inside = isinstance(sent, Message) and sent.is_topic_message and not self.private
        return sent.message_thread_id if inside and sent is not None else None

    @property
    def in_topic(self) -> dict[str, Any]:
        """What an answer needs besides its chat to come where it was asked for."""
        return in_topic(self.topic)

    @property
    def today(self) -> date:
        """The date in the city."""
        return self.now.astimezone(self.runtime.zone).date()

    @property
    def locale(self) -> str:
        """The reader's language."""
        return self.texts.locale

    def t(self, key: str, **values: Any) -> Markup:
        """A message in the reader's language, as HTML."""
        return self.texts.t(key, **values)

    def label(self, key: str, **values: Any) -> str:
        """A message in the reader's language, as plain text."""
        return self.texts.label(key, **values)

    def money(self, amount: int) -> str:
        """``Rp71.000.000``."""
        return fmt.money(amount, self.locale)

    def say(
        self, text: str, buttons: Rows | None = None, *, slot: str | None = None, protect: bool = False,
        then: str | None = None, then_args: dict[str, Any] | None = None, keyboard_below: dict[str, Any] | None = None,
        reply: bool = False, priority: int = outbox.ANSWER, delivery: Delivery | None = None,
    ) -> Outbox:
        """A new message in this chat. ``slot``: it takes the place of one that still waits there."""
        extra = self.in_topic
        if reply and self.message is not None:
            extra["reply_parameters"] = {"message_id": self.message.message_id, "allow_sending_without_reply": True}
        if keyboard_below is not None:
            extra["reply_markup"] = keyboard_below
        return send(self.session, self.chat_id, text, self.now, buttons, slot=slot, protect=protect, then=then,
                    then_args=then_args, extra=extra, priority=priority, delivery=delivery)

    def turn_away(self) -> None:
        """The one polite answer to people without an account.

        It waits behind everybody else's, and a newer one takes its place: strangers cannot use up the limits.
        """
        if self.private:
            self.say(self.t("refuse.unknown_person"), slot="stranger", priority=outbox.BACKGROUND)

    def edit(self, text: str, buttons: Rows | None = None) -> Outbox:
        """A press edits its own card; where there is none (a typed answer), a new message is sent."""
        query = self.update.callback_query
        if query is None or query.message is None:
            return self.say(text, buttons)
        # The topic does not count in an edit; a new message in its place needs it.
        params = _text_params(self.chat_id, text, buttons) | self.in_topic
        # A photo's caption cannot be edited as text, and an old message not at all: the card comes as a new one.
        if not isinstance(query.message, Message) or query.message.text is None:
            return self.say(text, buttons)
        number = query.message.message_id
        # Whatever it says now, what it showed of a family is gone with that.
        emptied = shown.of_message(self.session, self.chat_id, number) if self.private else []
        row = outbox.enqueue(self.session, self.chat_id, "editMessageText", params, self.now, target_message=number,
                             then=shown.EMPTIED if emptied else None)
        shown.emptying(self.session, emptied, row.id or 0)
        return row

    def toast(self, text: str, *, alert: bool = False) -> None:
        """The short answer to a press (200 characters)."""
        self._answer({"text": text[:200], "show_alert": alert})

    def _answer(self, extra: dict[str, Any]) -> None:
        query = self.update.callback_query
        if query is not None:
            self.instant = [call for call in self.instant if call[0] != "answerCallbackQuery"]
            self.instant.append(("answerCallbackQuery", {"callback_query_id": query.id, **extra}))

    def photo(self, source: dict[str, str] | str, caption: str = "", buttons: Rows | None = None) -> Outbox:
        """One picture: a Telegram file id, ``{"_file": key}`` of the store, or ``{"_qr": text}`` drawn at delivery."""
        params: dict[str, Any] = {"chat_id": self.chat_id, "photo": source, "caption": str(caption),
                                  "parse_mode": "HTML"}
        if buttons:
            params["reply_markup"] = keyboard(buttons)
        return outbox.enqueue(self.session, self.chat_id, "sendPhoto", params, self.now)

    def document(
        self, drawn: dict[str, Any], filename: str, caption: str = "", *, slot: str | None = None,
        delivery: Delivery | None = None,
    ) -> Outbox:
        """A PDF, drawn at delivery; ``drawn``: see ``bot.documents.draw``. It may be saved and passed on."""
        return send_document(self.session, self.chat_id, drawn, filename, self.now, caption, slot=slot,
                             delivery=delivery)

    def tell(
        self, person: Person, key: str, buttons_key: Rows | Callable[[Texts], Rows] | None = None, **values: Any
    ) -> None:
        """A piece of news for somebody else, in their language. What depends on it is a function of their texts."""
        news(self.session, person, key, self.now, buttons_key, **values)

    def tell_all(self, role: RoleName, key: str, *, partner_id: int | None = None, **values: Any) -> None:
        """The same news for everybody who holds a role, except the one who caused it."""
        for person in holders(self.session, role, partner_id):
            if self.member is None or person.id != self.member.id:
                self.tell(person, key, **values)


def in_topic(topic_id: int | None) -> dict[str, Any]:
    """What a call needs besides its chat to come in a forum topic; nothing for the general one."""
    return {} if topic_id is None else {"message_thread_id": topic_id}


def news(
    session: Session, person: Person, key: str, now: datetime, rows: Rows | Callable[[Texts], Rows] | None = None, *,
    slot: str | None = None, **values: Any,
) -> None:
    """A piece of news for somebody in their language (also the clock's). What depends on it is a function of texts."""
    if person.telegram_id is None or person.unreachable_at is not None:
        return
    theirs = texts(person.locale)
    rendered = {name: value(theirs) if callable(value) else value for name, value in values.items()}
    send(session, person.telegram_id, theirs.t(key, **rendered), now, rows(theirs) if callable(rows) else rows,
         slot=slot, priority=outbox.NEWS)


def _text_params(chat_id: int, text: str, buttons: Rows | None) -> dict[str, Any]:
    params: dict[str, Any] = {
        "chat_id": chat_id, "text": str(text), "parse_mode": "HTML", "link_preview_options": {"is_disabled": True},
    }
    if buttons:
        params["reply_markup"] = keyboard(buttons)
    return params


def send(
    session: Session, chat_id: int, text: str, now: datetime, buttons: Rows | None = None, *,
    slot: str | None = None, protect: bool = False, then: str | None = None,
    then_args: dict[str, Any] | None = None, priority: int = outbox.ANSWER,
    delivery: Delivery | None = None, extra: dict[str, Any] | None = None, edits: int | None = None,
) -> Outbox:
    """Write one text message for any chat (also used by the clock, which has no request). ``edits``: the message that
    is to say it, instead of a new one."""
    params = _text_params(chat_id, text, buttons) | (extra or {})
    if protect:
        params["protect_content"] = True
    method = "sendMessage" if edits is None else "editMessageText"
    return outbox.enqueue(session, chat_id, method, params, now, target_message=edits, slot=slot, then=then,
                          then_args=then_args, priority=priority, delivery=delivery)


def send_document(
    session: Session, chat_id: int, drawn: dict[str, Any], filename: str, now: datetime, caption: str = "", *,
    slot: str | None = None, priority: int = outbox.ANSWER, delivery: Delivery | None = None,
    extra: dict[str, Any] | None = None,
) -> Outbox:
    """Write one PDF for any chat, drawn at delivery."""
    params: dict[str, Any] = {
        "chat_id": chat_id, "document": {"_pdf": drawn, "filename": filename}, "caption": str(caption),
        "parse_mode": "HTML",
    } | (extra or {})
    return outbox.enqueue(session, chat_id, "sendDocument", params, now, slot=slot, priority=priority,
                          delivery=delivery)


def rewrite(
    session: Session, row_id: int, chat_id: int, text: str, now: datetime, buttons: Rows | None = None, *,
    slot: str | None = None, extra: dict[str, Any] | None = None,
) -> Outbox:
    """Another text in the message that an earlier row sent. ``extra``: what a new message needs, should it be gone."""
    params = _text_params(chat_id, text, buttons) | (extra or {})
    return outbox.enqueue(session, chat_id, "editMessageText", params, now, target_row=row_id, slot=slot)
