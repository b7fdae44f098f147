"""What can be done to a payer's file and to a payment in doubt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.settlements.models import PayerDoubt, PayerFile
from assistance.settlements.operations import payers
from assistance.settlements.permissions import may_work_on_payers
from assistance.web.acts import Act, plain
from assistance.web.payers import forms
from assistance.web.people.forms import BecauseForm

Reason, Stage = PayerDoubt.Reason, PayerFile.Stage


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


def _in_stage(*stages: str) -> Callable[[User, PayerFile], bool]:
    def may(user: User, file: PayerFile) -> bool:
        return file.stage in stages and may_work_on_payers(user, file.agency_id)

    return may


def _has_strangers(user: User, file: PayerFile) -> bool:
    waiting = file.doubts.filter(settled_at__isnull=True, reason=Reason.UNKNOWN_PERSON)
    return _in_stage(Stage.APPLIED)(user, file) and waiting.exists()


FILE_ACTS: tuple[Act[PayerFile], ...] = (
    Act(
        url_name="book_payer_file",
        path="book/",
        title=_("Book"),
        done=_("The file is being booked."),
        form=plain(forms.BookForm),
        may=_in_stage(Stage.PREVIEWED),
        run=payers.book_payer_file,
        hint=_(
            "Everything that is plainly in order is booked at once; the rest waits under “In doubt”. "
            "Awards that the bank has not been given are stopped where a payment touches them."
        ),
    ),
    Act(
        url_name="discard_payer_file",
        path="discard/",
        title=_("Discard"),
        done=_("The file is discarded; nothing was booked."),
        form=plain(BecauseForm),
        may=_in_stage(Stage.PREVIEWED),
        run=payers.discard_payer_file,
        danger=True,
    ),
    Act(
        url_name="set_strangers_aside",
        path="strangers/",
        title=_("Set aside whom we do not know"),
        done=_("The rows of people who are not registered here will not be booked."),
        form=plain(BecauseForm),
        may=_has_strangers,
        run=payers.set_strangers_aside,
        hint=_(
            "For a file of the whole city: the people of the other counties. Leave the rows waiting where "
            "somebody may still be registered; they are then booked by themselves."
        ),
        danger=True,
    ),
    Act(
        url_name="undo_payer_file",
        path="undo/",
        title=_("Undo"),
        done=_("The file is undone: every account is as it was before."),
        form=plain(BecauseForm),
        may=_in_stage(Stage.APPLIED),
        run=payers.undo_payer_file,
        hint=_("Possible while nothing is built on it. The mended file can then be booked."),
        danger=True,
    ),
)
