from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.screening.models import LargeCostThreshold
from assistance.screening.permissions import check_may_set_threshold
from assistance.shared.errors import Refused


@transaction.atomic
def set_threshold(
    agency: Agency,
    *,
    first_day: date,
    amount: Decimal,
    decision: str,
    actor: User,
    at: datetime,
) -> LargeCostThreshold:
    """Write down from which yuan of own cost the county wants to be warned (LX20 4.2, WZ19 3.5).

    Holds from `first_day` until another is in force; lists drawn up before keep theirs. Raises NotAllowed,
    or Refused for an amount that is not above zero.
    """
    check_may_set_threshold(actor, agency.pk)
    if amount <= 0:
        raise Refused(_("The threshold must be above zero."))
    return LargeCostThreshold.objects.create(
        agency=agency, first_day=first_day, amount=amount, decision=decision, by=actor, at=at
    )
