"""The employer's road, and papers handed in before the day they were typed."""

from __future__ import annotations

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.web.forms.base import VersionedForm, date_field, text_area
from assistance.web.forms.files import PaperField


class EmployerReviewForm(VersionedForm):
    """What the signed paper of the employer says."""

    submit_label = _("File under the employer's first review")
    rows = (("employer", "credit_code"), ("opinion",), ("signed_on", "scan"))

    employer = forms.CharField(label=_("Employer"), max_length=120)
    credit_code = forms.CharField(
        label=_("Unified social credit code"), max_length=24, help_text=_("18 places.")
    )
    opinion = text_area(label=_("Employer's opinion"), max_length=500)
    signed_on = date_field(label=_("Signed on"), initial=localdate)
    scan = PaperField(
        label=_("Signed paper"),
        required=False,
        help_text=_("PDF, JPG or PNG. Coming again after a return, the paper filed before counts."),
    )


class ClaimReceiptForm(VersionedForm):
    submit_label = _("Have the earlier day confirmed")
    submit_class = "btn-outline-primary"
    rows = (("claimed_on", "proof"), ("reason",))

    claimed_on = date_field(label=_("Handed in on"))
    proof = PaperField(label=_("Proof (scan)"))
    reason = forms.CharField(label=_("Why it was typed later"), max_length=300)


class DecideReceiptForm(VersionedForm):
    submit_label = _("Decide on the day of receipt")
    rows = (("confirmed",), ("note",))

    confirmed = forms.TypedChoiceField(
        label=_("The proof was compared"),
        choices=[
            ("true", _("The papers were handed in on that day")),
            ("false", _("Not confirmed")),
        ],
        coerce=lambda value: value == "true",
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("Needed when it is not confirmed."),
    )
