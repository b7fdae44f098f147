"""The agreed plan of repaying a recovery in parts."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.payments.models import Instalment, Recovery
from assistance.payments.operations.recoveries import locked_recovery
from assistance.payments.permissions import check, why_not_work_on_recovery
from assistance.payments.queries import figures
from assistance.shared.errors import Refused
from assistance.shared.money import CENT

MOST_INSTALMENTS = 60


@transaction.atomic
def agree_instalments(
    recovery: Recovery, *, count: int, first_due_on: date, actor: User, at: datetime
) -> list[Instalment]:
    """Repay what is still claimed in `count` monthly parts from `first_due_on`; an earlier plan ends.

    The parts are equal but for the last, which takes what does not divide. Raises NotAllowed or Refused.
    """
    recovery = locked_recovery(recovery)
    check(why_not_work_on_recovery(actor, recovery))
    if not 1 <= count <= MOST_INSTALMENTS:
        raise Refused(_("A plan has one to %(most)s instalments.") % {"most": MOST_INSTALMENTS})
    if first_due_on < localdate(at):
        raise Refused(_("The first instalment is due today or later."))
    total = figures(recovery).outstanding
    part = (total / count).quantize(CENT, ROUND_DOWN)
    if part <= Decimal(0):
        raise Refused(_("Nothing is left to be repaid in so many parts."))
    amounts = [part] * (count - 1)
    amounts.append(total - sum(amounts, Decimal(0)))
    recovery.instalments.all().delete()
    return Instalment.objects.bulk_create(
        Instalment(recovery=recovery, due_on=_months_later(first_due_on, n), amount=amount)
        for n, amount in enumerate(amounts)
    )


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a shorter one."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
