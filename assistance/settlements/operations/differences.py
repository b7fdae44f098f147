"""Deciding what becomes of a difference between what was granted and our own figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.reasons import given_reason
from assistance.settlements.models import DifferenceDecision, Settlement
from assistance.settlements.permissions import (
    check_may_confirm_difference,
    check_may_judge_difference,
)
from assistance.settlements.queries.differences import Seen, differing_bills
from assistance.shared.errors import Refused

Outcome = DifferenceDecision.Outcome


@transaction.atomic
def judge_difference(
    bill: Settlement, *, outcome: str, reason: str, actor: User | None, at: datetime
) -> DifferenceDecision:
    """Say what becomes of the difference of a bill, with the reason; a later decision replaces an earlier.

    It closes the difference, but for outcomes from which money follows: those wait for a second person. No
    money moves by it. If our figure changes, the difference is open again. Raises NotAllowed, or Refused
    for a bill without a difference, and once a second person has agreed.
    """
    reason = given_reason(reason)
    bill = _locked(bill)
    check_may_judge_difference(actor, bill)
    differing = _differing(bill)
    if differing is None:
        raise Refused(_("What was granted is what our own rule gives: there is nothing to decide."))
    before = DifferenceDecision.objects.filter(settlement=bill).first()
    if before is not None and before.confirmed_at and differing.seen == Seen.CLOSED:
        raise Refused(_("A second person has agreed to the decision already."))
    found, _made = DifferenceDecision.objects.update_or_create(
        settlement=bill,
        defaults={
            "figure": differing.figure,
            "outcome": Outcome(outcome),
            "reason": reason,
            "decided_by": actor,
            "decided_at": at,
            "confirmed_by": None,
            "confirmed_at": None,
            "returned_because": "",
        },
    )
    return found


@transaction.atomic
def confirm_difference(bill: Settlement, *, actor: User, at: datetime) -> DifferenceDecision:
    """Agree to a decision from which money follows; the difference is closed.

    Raises NotAllowed, for whoever decided it too, or Refused where nothing waits.
    """
    found = _waiting(bill, actor)
    found.confirmed_by, found.confirmed_at = actor, at
    found.save(update_fields=["confirmed_by", "confirmed_at"])
    return found


@transaction.atomic
def return_difference(
    bill: Settlement, *, reason: str, actor: User, at: datetime
) -> DifferenceDecision:
    """Give a decision back to the reviewers with the reason. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    found = _waiting(bill, actor)
    found.returned_because = reason
    found.save(update_fields=["returned_because"])
    return found


def _waiting(bill: Settlement, actor: User) -> DifferenceDecision:
    bill = _locked(bill)
    found = DifferenceDecision.objects.filter(settlement=bill).first()
    if found is None:
        raise Refused(_("Nobody has decided on this difference yet."))
    check_may_confirm_difference(actor, found)
    differing = _differing(bill)
    if differing is None or differing.seen != Seen.WAITING:
        raise Refused(_("This decision does not wait for a second person any more."))
    return found


def _differing(bill: Settlement) -> Any:
    """With figure and how far it is seen to; None where nothing differs."""
    return differing_bills(Settlement.objects.filter(pk=bill.pk)).first()


def _locked(bill: Settlement) -> Settlement:
    """Two decisions about a bill are taken one after the other."""
    rows = Settlement.objects.select_related("person")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=bill.pk)
