"""The answer to a request: accepted with a quota, declined with a note, or taken back by whoever asked."""

from __future__ import annotations

from typing import Any

from handlers.claims import household
from handlers.claims.access import open_quotas, without_quota
from handlers.kit.buttons import Press, Rows
from handlers.kit.endpoint import explain
from handlers.kit.filling import start
from handlers.kit.form import Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import MOST, quota_left, quota_name
from handlers.progress.card import claim_card, rows_of
from handlers.transfers import news
from handlers.transfers.access import may_answer, may_withdraw, visible
from handlers.transfers.buttons import Accept, AcceptWith, DeclineTransfer, TransferCard, Withdraw
from handlers.transfers.card import card_row, on_rows, sides, transfer_screen
from storage import houses, partners, transfers
from storage.errors import Refused, Stale
from storage.partners import Quota
from storage.requests import Answer, Transfer, TransferKind


def on_card(request: Request) -> None:
    """A request as it stands now."""
    button = request.button
    assert isinstance(button, TransferCard)
    request.edit(*transfer_screen(request, visible(request, button.transfer_id)))


def _answerable(request: Request, transfer_id: int) -> Transfer | None:
    """A request that this person may answer; an old button is answered with the card of now.

    Raises:
        Refusal: ``alih.refuse.not_now`` it is not theirs to answer (yet).
    """
    row = visible(request, transfer_id)
    if row.state != Answer.PENDING:
        _settled(request, row)
        return None
    if not may_answer(request, row):
        raise Refusal("alih.refuse.not_now")
    return row


def _settled(request: Request, row: Transfer) -> None:
    request.toast(request.label("alih.settled"))
    request.edit(*transfer_screen(request, row))


def _usable(request: Request, row: Transfer) -> list[Quota]:
    """The quotas with which the house can be taken: the one named at the request, or those of the partner it is
    offered to.

    Raises:
        Refused: ``quota.closed`` the year of the one that was named is over. Refusal: ``klaim.no_quota``.
    """
    if row.kind == TransferKind.OFFERED:
        found = open_quotas(request, row.to_partner_id)
        if not found:
            raise without_quota(request, row.to_partner_id)
        return found
    quota = partners.fresh(request.session, row.quota_id or 0)
    if quota.closed_at is not None or quota.year != request.today.year:
        raise Refused("quota.closed", year=quota.year)
    return [quota]


def on_accept(request: Request) -> None:
    """What it would mean, and with which quota."""
    button = request.button
    assert isinstance(button, Accept)
    row = _answerable(request, button.transfer_id)
    if row is None:
        return
    number, named = row.id or 0, sides(request, row)
    try:
        usable = _usable(request, row)[:MOST]
    except (Refused, Refusal) as refused:
        _impossible(request, row, refused)
        return
    lines = [request.t("alih.sure", **named)]
    if row.to_partner_id in request.me.partners:
        for quota in usable:
            reserve = request.money(transfers.would_reserve(request.session, row.claim_id, quota))
            lines += [request.t("klaim.would", quota=quota_name(request.texts, quota), reserve=reserve),
                      quota_left(request, quota)]
    rows: Rows = [[Press(request.label("alih.button.accept_with", quota=quota_name(request.texts, quota)),
                         AcceptWith(number, quota.id or 0))] for quota in usable]
    request.edit(join(lines), [*rows, *card_row(request.label, number)])


def on_accept_with(request: Request) -> None:
    """The house changes hands, or whoever accepts is told why it cannot and nothing changes."""
    button = request.button
    assert isinstance(button, AcceptWith)
    row = _answerable(request, button.transfer_id)
    if row is None:
        return
    try:
        with request.session.begin_nested():
            if button.quota_id not in [quota.id for quota in _usable(request, row)]:
                raise Refused("transfer.quota")
            made = transfers.accept(request.session, row.id or 0, request.now, by=request.me.id,
                                    quota_id=button.quota_id, rules=request.runtime.rules)
    except Stale:
        _settled(request, transfers.get(request.session, button.transfer_id))
        return
    except (Refused, Refusal) as refused:
        _impossible(request, row, refused)
        return
    row = transfers.get(request.session, button.transfer_id)
    household.withdraw_claim(request, row.claim_id)
    news.moved(request, row, made)
    done = request.t("alih.moved", **sides(request, row))
    if made.partner_id not in request.me.partners:
        request.edit(done, on_rows(request))
        return
    house = houses.get(request.session, made.house_id)
    request.edit(join([done, request.t("klaim.family_below"), claim_card(request, made, house)], "\n\n"),
                 rows_of(request, made, house))
    household.show(request, made, house)


def _impossible(request: Request, row: Transfer, refused: Refused | Refusal) -> None:
    key, values = explain(request, refused)
    text, rows = transfer_screen(request, transfers.get(request.session, row.id or 0))
    request.edit(join([join([request.t("alih.impossible", **sides(request, row)), request.t(key, **values)]), text],
                      "\n\n"), rows)


def on_withdraw(request: Request) -> None:
    """Whoever asked does not want it any more."""
    button = request.button
    assert isinstance(button, Withdraw)
    row = visible(request, button.transfer_id)
    if row.state != Answer.PENDING:
        _settled(request, row)
        return
    if not may_withdraw(request, row):
        raise Refusal("alih.refuse.not_now")
    row = transfers.withdraw(request.session, row.id or 0, request.now, by=request.me.id)
    news.refused(request, row, "alih.told.withdrawn")
    request.edit(*transfer_screen(request, row))


def on_decline(request: Request) -> None:
    """Ask why."""
    button = request.button
    assert isinstance(button, DeclineTransfer)
    row = _answerable(request, button.transfer_id)
    if row is not None:
        # The claim is the draft's subject, so that the note goes with the family's data; which request it was stands
        # among the answers, for there may be another one later.
        start(request, FORM, subject=row.claim_id, preset={"transfer": row.id}, fresh=True)


def _may(request: Request, claim_id: int) -> None:
    row = transfers.pending(request.session, claim_id)
    if row is None or not may_answer(request, visible(request, row.id or 0)):
        raise Refusal("alih.settled")


def _values(filling: Filling) -> dict[str, Any]:
    return dict(sides(filling.request, transfers.get(filling.request.session, filling.answers["transfer"])))


def _finish(filling: Filling) -> None:
    request, answers = filling.request, filling.answers
    row = _answerable(request, answers["transfer"])
    if row is None:
        return
    row = transfers.decline(request.session, row.id or 0, answers["note"], request.now, by=request.me.id)
    news.refused(request, row, "alih.told.declined", note=answers["note"])
    request.edit(*transfer_screen(request, row))


def _after(request: Request, claim_id: int) -> Rows:
    row = transfers.pending(request.session, claim_id)
    return card_row(request.label, row.id or 0) if row is not None else on_rows(request)


FORM = register(Form("transfer_no", (
    Question("note", parse=note, values=_values),
), _finish, _may, summary=False, after=_after))
