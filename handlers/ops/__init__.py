"""What the running program has to tell people: calls that went wrong, forms that were left open."""

from handlers.ops.drafts import remind_drafts
from handlers.ops.reports import (
    ask_about_unknown,
    report_dead,
    report_parked,
    report_refused,
    report_topic_gone,
)

__all__ = ["ask_about_unknown", "remind_drafts", "report_dead", "report_parked", "report_refused",
           "report_topic_gone"]
