"""Who hears of a visit: the other admins of each step; groups only of what undoes a reminder that they have read."""

from __future__ import annotations

from typing import Any

from handlers.claims import told
from handlers.groups.words import day_in_words
from handlers.kit.buttons import Press
from handlers.kit.request import Request, in_topic, send
from handlers.kit.texts import texts
from handlers.roadshow.buttons import VisitCard
from handlers.roadshow.facts import kecamatan_name
from storage import outbox, visits
from storage.outbox import Delivery
from storage.visits import Visit


def tell(request: Request, visit: Visit, step: str, **more: Any) -> int:
    """Tell the other admins of ``step``, and the groups that were told of this visit, or people would stand there in
    vain; how many groups. A value that depends on the language is a function of the texts."""
    name, number = kecamatan_name(request.session, visit.kecamatan_code), visit.id or 0
    values: dict[str, Any] = {"name": name, "place": visit.place,
                              "date": lambda words: day_in_words(visit.day, words.locale)} | more
    told.tell(request, told.admins(request), f"roadshow.told.{step}",
              lambda words: Press(words.label("roadshow.button.card"), VisitCard(number)),
              by=request.me.person.name, **values)
    heard = visits.told(request.session, number)
    for group, topic_id in heard:
        words = texts(group.locale)
        rendered = {key: value(words) if callable(value) else value for key, value in values.items()}
        send(request.session, group.chat_id, words.t(f"roadshow.group.{step}", **rendered), request.now,
             priority=outbox.NEWS, delivery=Delivery.AT_MOST_ONCE, extra=in_topic(topic_id))
    return len(heard)
