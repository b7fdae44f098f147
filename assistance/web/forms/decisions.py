"""The forms of the steps of a case: an opinion, a reason, or just the button."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.web.forms.base import VersionedForm, text_area


class SubmitForm(VersionedForm):
    submit_label = _("Submit to the first review")


class OpinionForm(VersionedForm):
    rows = (("opinion",),)
    opinion = text_area(label=_("Opinion"), max_length=500)


class FirstReviewForm(OpinionForm):
    submit_label = _("Sign the first review")


class ProposeForm(OpinionForm):
    submit_label = _("Propose this amount")


class AgreeForm(OpinionForm):
    submit_label = _("Agree")


class ReasonForm(VersionedForm):
    rows = (("reason",),)
    submit_class = "btn-outline-danger"
    reason = text_area(label=_("Reason"), max_length=500)


class ReturnForm(ReasonForm):
    submit_label = _("Return for completion")


class RefusalForm(ReasonForm):
    submit_label = _("Propose a refusal")
    reason = text_area(
        label=_("Reason"), max_length=500, help_text=_("The applicant will read this sentence.")
    )


class SendBackForm(ReasonForm):
    submit_label = _("Send back to county review")


class WithdrawForm(ReasonForm):
    submit_label = _("Withdraw at the applicant's wish")


class ReopenForm(ReasonForm):
    submit_label = _("Reopen before payment")


class RemoveBillForm(ReasonForm):
    submit_label = _("Remove the bill")
    reason = forms.CharField(label=_("Reason"), max_length=200)
