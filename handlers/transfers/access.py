"""Who may see a request, who may answer it, who may take it back. Asked again at every press."""

from __future__ import annotations

from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import transfers
from storage.claims import Claim, ClaimState
from storage.errors import Refused
from storage.houses import House, HouseState
from storage.people import RoleName
from storage.requests import Answer, Transfer, TransferKind


def visible(request: Request, transfer_id: int) -> Transfer:
    """A request of an own partner, on either side; admins see all.

    Raises:
        Refusal: ``klaim.refuse.not_yours``.
    """
    row = transfers.get(request.session, transfer_id)
    if not {row.from_partner_id, row.to_partner_id} & set(request.me.partners) and not request.me.has(RoleName.ADMIN):
        raise Refusal("klaim.refuse.not_yours")
    return row


def answering(row: Transfer) -> int:
    """The partner that has to answer."""
    return row.from_partner_id if row.kind == TransferKind.ASKED else row.to_partner_id


def asking(row: Transfer) -> int:
    """The partner that began it."""
    return row.to_partner_id if row.kind == TransferKind.ASKED else row.from_partner_id


def may_answer(request: Request, row: Transfer) -> bool:
    """Whether this person may accept or decline it now: the other side, and the admins once it came to them."""
    if row.state != Answer.PENDING:
        return False
    passed_on = row.escalated_at is not None and request.me.has(RoleName.ADMIN)
    return passed_on or answering(row) in request.me.partners


def may_withdraw(request: Request, row: Transfer) -> bool:
    """Whether this person may take it back now."""
    return row.state == Answer.PENDING and asking(row) in request.me.partners


def movable(claim: Claim, house: House) -> bool:
    """Whether a house may change hands: its work is not done, and nobody says that it is."""
    return claim.state == ClaimState.ACTIVE and claim.finish_reported_at is None \
        and house.state in (HouseState.CLAIMED, HouseState.IN_PROGRESS)


def check_movable(request: Request, claim: Claim, house: House) -> None:
    """Whether a request about a claim can begin now.

    Raises:
        Refusal, Refused: the claim is over, the work is done, or another request waits.
    """
    if claim.state != ClaimState.ACTIVE:
        raise Refusal("klaim.refuse.over", code=house.code)
    if not movable(claim, house):
        raise Refused("transfer.done", code=house.code)
    if transfers.pending(request.session, claim.id or 0) is not None:
        raise Refused("transfer.pending", code=house.code)
