"""A bill that somebody types to claim assistance by hand (手工结报): our figure, and the day by which it counts."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.reasons import given_reason
from assistance.settlements.models import DifferenceDecision, Settlement
from assistance.settlements.operations.deliveries.again import figure_again
from assistance.settlements.queries.typed import last_day_to_claim, place_of
from assistance.shared.errors import Refused
from assistance.shared.money import ZERO, from_fen, yuan


def check_claim(bill: Settlement, today: date) -> None:
    """Raises Refused for assistance on an invoice whose last day to claim has passed (LX20-3.2.3: the end of
    June of the next year, moved over rest days by the county's calendar). Without assistance it is no claim."""
    found = last_day_to_claim(bill) if bill.assistance else None
    if found is not None and today > found.day:
        raise Refused(
            _(
                "An invoice of %(settled)s had to be handed in by %(last)s (%(clause)s): no assistance is claimed"
                " on it any more. Book the bill without assistance."
            )
            % {
                "settled": bill.settled_on.isoformat(),
                "last": found.day.isoformat(),
                "clause": found.clause,
            }
        )


def put_figure(bill: Settlement) -> None:
    """Give a bill that is about to be booked our own figure, where the agency's documents assist bills.

    Computed among the bills of person and year as if it were booked, in a savepoint that is taken back. Call it
    with the person-year locked.
    """
    source, last = place_of(bill.person), last_day_to_claim(bill)
    if source is None or (last is not None and localdate(bill.entered_at) > last.day):
        return
    point = transaction.savepoint()
    bill.save(force_insert=True)
    figure = figure_again(bill, source)
    transaction.savepoint_rollback(point)
    bill.pk, bill._state.adding = None, True
    if figure is not None:
        bill.own_figure, bill.own_version = from_fen(figure.granted), figure.version


def check_reason(bill: Settlement, reason: str) -> None:
    """Raises Refused, naming our figure, where another amount is granted without a reason."""
    if _is_other(bill) and not reason.strip():
        raise Refused(
            _(
                "Our own rule gives %(figure)s on this bill (%(version)s) and not %(typed)s: grant that, or say"
                " why; somebody else has to agree."
            )
            % {
                "figure": yuan(bill.own_figure or ZERO),
                "version": bill.own_version,
                "typed": yuan(bill.assistance),
            }
        )


def keep_reason(bill: Settlement, reason: str, *, actor: User, at: datetime) -> None:
    """Let another amount than ours wait among the differences for an approver, with its reason."""
    if _is_other(bill):
        DifferenceDecision.objects.create(
            settlement=bill,
            figure=bill.own_figure or ZERO,
            outcome=DifferenceDecision.Outcome.HERE,
            reason=given_reason(reason),
            decided_by=actor,
            decided_at=at,
        )


def _is_other(bill: Settlement) -> bool:
    """Whether assistance is granted, and not what our own rule gives. None is open, not granted otherwise."""
    return (
        bill.own_figure is not None and bill.assistance > 0 and bill.assistance != bill.own_figure
    )
