"""Marking bills for the treatment of mental illness: the list proposes, a reviewer decides."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.operations import lock_year
from assistance.registry.reasons import given_reason
from assistance.settlements.models import BillImport, LateFigure, PsychiatricMark
from assistance.settlements.operations.deliveries.again import figure_again
from assistance.settlements.permissions import check_may_decide_mark
from assistance.shared.errors import Refused
from assistance.shared.money import from_fen

# Of several terms that fit, a code goes before a name and the longer one before the shorter.
# Either all bills with a diagnosis or those of the delivery that is being booked.
_ALL = ""
_BOOKED = """
  JOIN bill_sifted f
    ON b.source = 'insurance' AND b.source_id = f.source_id AND f.fate = 'book'
"""
_PROPOSE = """
INSERT INTO settlements_psychiatricmark (settlement_id, proposal, because, reason, own_version)
SELECT DISTINCT ON (b.id) b.id, t.verdict, concat_ws(' ', b.disease_code, b.disease_name), '', ''
  FROM settlements_settlement b
  {among}
  JOIN settlements_psychiatricterm t
    ON (t.kind = 'code' AND starts_with(b.disease_code, t.text)
        OR t.kind = 'name' AND strpos(b.disease_name, t.text) > 0)
   AND t.first_day <= b.settled_on AND coalesce(t.last_day, 'infinity') >= b.settled_on
 WHERE (b.disease_code <> '' OR b.disease_name <> '')
   AND b.reverses_id IS NULL
 ORDER BY b.id, t.kind, length(t.text) DESC, t.id
ON CONFLICT (settlement_id) DO UPDATE
   SET proposal = excluded.proposal, because = excluded.because
 WHERE settlements_psychiatricmark.decided IS NULL
   AND settlements_psychiatricmark.proposal <> excluded.proposal
"""


@transaction.atomic
def propose_marks(*, of_delivery: bool = False) -> int:
    """Mark the bills whose diagnosis is on the list on the fee date; how many. `of_delivery`: those of the
    delivery that this transaction is booking.

    What a person has decided stays; what nobody has is proposed anew by the list as it is now.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROPOSE.format(among=_BOOKED if of_delivery else _ALL))
        count: int = cursor.rowcount
        return count


@transaction.atomic
def decide_mark(
    mark: PsychiatricMark, *, decided: bool, reason: str, actor: User, at: datetime
) -> PsychiatricMark:
    """Say whether the bill is for the treatment of mental illness; a later decision replaces an earlier.

    Our own figure for a bill that was sent is computed anew by it and stands at the mark; what the bill
    was granted stays as it is, and a difference, more or less, is proposed to the reviewers in the list of
    marks. Raises NotAllowed or Refused.
    """
    reason = given_reason(reason)
    rows = PsychiatricMark.objects.select_related("settlement__person")
    bill = rows.get(pk=mark.pk).settlement
    check_may_decide_mark(actor, bill.person)
    lock_year(bill.person, bill.settled_on.year)
    mark = rows.select_for_update(of=("self",)).get(pk=mark.pk)
    if hasattr(mark.settlement, "reversed_by"):
        raise Refused(_("This bill has already been reversed."))
    mark.decided, mark.reason = decided, reason
    mark.decided_at, mark.decided_by = at, actor
    mark.save(update_fields=["decided", "reason", "decided_at", "decided_by"])
    _figure(mark, at)
    return mark


def _figure(mark: PsychiatricMark, at: datetime) -> None:
    """By the mark as it has just been written."""
    delivery = BillImport.objects.filter(pk=mark.settlement.delivery_id or 0).select_related(
        "source"
    )
    came_in = delivery.first()
    found = figure_again(mark.settlement, came_in.source) if came_in is not None else None
    mark.own_figure = from_fen(found.granted) if found else None
    mark.own_version = found.version if found else ""
    mark.save(update_fields=["own_figure", "own_version"])
    _take_the_place_of_later(mark, at)


def _take_the_place_of_later(mark: PsychiatricMark, at: datetime) -> None:
    """Where later knowledge gave the bill another figure already, that of the decision is the newest."""
    newest = LateFigure.objects.filter(settlement=mark.settlement).order_by("-id").first()
    if newest is None or mark.own_figure in (None, newest.figure):
        return
    LateFigure.objects.create(
        settlement=mark.settlement,
        before=newest.figure,
        figure=mark.own_figure,
        own_version=mark.own_version,
        mark=mark,
        at=at,
    )
