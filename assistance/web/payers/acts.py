"""What can be done to a payment in doubt."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.settlements.models import PayerDoubt
from assistance.settlements.operations import payers
from assistance.settlements.permissions import may_work_on_payers
from assistance.web.acts import Act, plain
from assistance.web.payers import forms
from assistance.web.people.forms import BecauseForm

Reason = PayerDoubt.Reason


def _is_open(user: User, doubt: PayerDoubt) -> bool:
    return doubt.settled_at is None and may_work_on_payers(user, doubt.file.agency_id)


def _lacks_a_bill(user: User, doubt: PayerDoubt) -> bool:
    return doubt.reason in {Reason.NO_BILL, Reason.SEVERAL} and _is_open(user, doubt)


def _mend(doubt: PayerDoubt, *, actor: User, at: datetime, **values: str) -> PayerDoubt:
    if not values.get("id_number"):
        values.pop("id_number", None)
    return payers.mend_payment(doubt, values=values, actor=actor, at=at)


DOUBT_ACTS: tuple[Act[PayerDoubt], ...] = (
    Act(
        url_name="mend_payment",
        path="mend/",
        title=_("Mend"),
        done=_("The payment is booked."),
        form=forms.MendForm,
        may=_is_open,
        run=_mend,
        hint=_("Write what the payer meant; the row as it came stays on record."),
    ),
    Act(
        url_name="keep_at_year",
        path="year/",
        title=_("Keep at person and year"),
        done=_("The payment is booked for person and year."),
        form=plain(forms.KeepAtYearForm),
        may=_lacks_a_bill,
        run=payers.keep_at_year,
        hint=_("For a payment of which nobody can say to which bill it belongs."),
    ),
    Act(
        url_name="set_payment_aside",
        path="aside/",
        title=_("Set aside"),
        done=_("The row will not be booked."),
        form=plain(BecauseForm),
        may=_is_open,
        run=payers.set_payment_aside,
        danger=True,
    ),
)
