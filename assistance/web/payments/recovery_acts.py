"""What can be done to a recovery and its entries: which form, which operation, who is offered it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.payments import operations
from assistance.payments.models import Recovery, RecoveryEntry
from assistance.payments.permissions import may_decide_entry, may_work_on_recovery
from assistance.payments.queries import figures
from assistance.web.acts import Act, plain
from assistance.web.forms.base import ScreenForm, amount_field, date_field, text_area
from assistance.web.people.forms import BecauseForm


class LetterForm(ScreenForm):
    submit_label = _("Record the decision")
    rows = (("decision_number", "heard_on"), ("decided_on", "remedies_told_on", "due_on"))

    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    heard_on = date_field(label=_("Person heard on"))
    decided_on = date_field(label=_("Decided on"))
    remedies_told_on = date_field(label=_("Told of the remedies on"))
    due_on = date_field(label=_("To be repaid by"))


class RepaymentForm(ScreenForm):
    submit_label = _("Enter the repayment")
    rows = (("amount", "on", "reference"), ("note",))

    amount = amount_field(label=_("Amount (yuan)"), min_value=0.01)
    on = date_field(label=_("Came back on"), initial=localdate)
    reference = forms.CharField(
        label=_("Number of the bank slip"),
        max_length=60,
        help_text=_("The same slip counts once."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class WaiverForm(ScreenForm):
    submit_label = _("Ask to waive")
    rows = (("amount", "reference"), ("reason",))

    amount = amount_field(label=_("Amount (yuan)"), min_value=0.01)
    reference = forms.CharField(label=_("Number of the paper"), max_length=60)
    reason = text_area(label=_("Reason"), max_length=300)


class PlanForm(ScreenForm):
    submit_label = _("Agree on instalments")
    rows = (("count", "first_due_on"),)

    count = forms.IntegerField(label=_("Number of instalments"), min_value=1, max_value=60)
    first_due_on = date_field(label=_("First one due on"), initial=localdate)


class ConfirmForm(ScreenForm):
    submit_label = _("I saw it: confirm")


def _whole(recovery: Recovery) -> dict[str, Decimal]:
    return {"amount": figures(recovery).enterable}


def _letter(recovery: Recovery) -> dict[str, Any]:
    names = ("decision_number", "heard_on", "decided_on", "remedies_told_on", "due_on")
    return {name: getattr(recovery, name) for name in names}


# In the order of the procedure.
RECOVERY_ACTS: tuple[Act[Recovery], ...] = (
    Act(
        url_name="record_recovery_decision",
        path="decision/",
        title=_("Record the written decision"),
        done=_("The decision is recorded."),
        form=plain(LetterForm, _letter),
        may=may_work_on_recovery,
        run=operations.record_decision_letter,
        hint=_(
            "The person is heard before the decision and told with it that review and suit are open to him."
        ),
    ),
    Act(
        url_name="agree_instalments",
        path="instalments/",
        title=_("Agree on instalments"),
        done=_("The plan is recorded."),
        form=plain(PlanForm),
        may=may_work_on_recovery,
        run=operations.agree_instalments,
        hint=_("Monthly parts of what is still outstanding; an earlier plan ends."),
    ),
    Act(
        url_name="record_repayment",
        path="repay/",
        title=_("Enter a repayment"),
        done=_("Entered; the fund supervisor confirms it."),
        form=plain(RepaymentForm),
        may=may_work_on_recovery,
        run=operations.record_repayment,
    ),
    Act(
        url_name="ask_waiver",
        path="waive/",
        title=_("Ask to waive"),
        done=_("Asked; the fund supervisor decides."),
        form=plain(WaiverForm, _whole),
        may=may_work_on_recovery,
        run=operations.ask_waiver,
        danger=True,
    ),
)
ENTRY_ACTS: tuple[Act[RecoveryEntry], ...] = (
    Act(
        url_name="confirm_recovery_entry",
        path="entries/<int:entry_id>/confirm/",
        title=_("Confirm"),
        done=_("Confirmed."),
        form=plain(ConfirmForm),
        may=may_decide_entry,
        run=operations.confirm_entry,
        hint=_("A repayment is confirmed once it stands in the fiscal account (财政专户)."),
    ),
    Act(
        url_name="reject_recovery_entry",
        path="entries/<int:entry_id>/reject/",
        title=_("Reject"),
        done=_("Rejected; it may be entered anew."),
        form=plain(BecauseForm),
        may=may_decide_entry,
        run=operations.reject_entry,
        danger=True,
    ),
)
