"""The forms of corrections, further applications and rulings."""

from __future__ import annotations

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.cases.models import Correction
from assistance.payments.models import Recovery
from assistance.web.forms.base import ScreenForm, VersionedForm, date_field, text_area


class ReportErrorForm(VersionedForm):
    submit_label = _("Report a wrong amount")
    submit_class = "btn-outline-danger"
    rows = (("kind",), ("finding",))

    kind = forms.ChoiceField(label=_("What is wrong"), choices=Correction.Reason.choices)
    finding = text_area(
        label=_("Finding"), max_length=500, help_text=_("Seen inside alone, never in public.")
    )


class DecisionForm(VersionedForm):
    rows = (("opinion",),)
    opinion = text_area(label=_("Decision and why"), max_length=500)


class OrderForm(DecisionForm):
    submit_label = _("Order the correction")
    submit_class = "btn-outline-danger"


class DismissForm(DecisionForm):
    submit_label = _("The amount is right")


class PayAnywayForm(DecisionForm):
    submit_label = _("Pay all the same")


class ProposeRecoveryForm(VersionedForm):
    submit_label = _("Propose to claim money back")
    submit_class = "btn-outline-danger"
    rows = (("kind",), ("opinion",))

    kind = forms.ChoiceField(label=_("Reason"), choices=Recovery.Reason.choices)
    opinion = text_area(
        label=_("Explanation"),
        max_length=500,
        help_text=_("The person will read this sentence."),
    )


class AgainForm(ScreenForm):
    submit_label = _("Register the further application")
    rows = (("received_on",),)

    received_on = date_field(label=_("Received on"), initial=localdate)


class OfficialForm(ScreenForm):
    submit_label = _("Open the official correction")
    rows = (("reason",),)

    reason = text_area(label=_("What the office found, and how"), max_length=500)


class RulingForm(VersionedForm):
    submit_label = _("Decide: the accepted facts count")
    rows = (("reason",),)

    fact = forms.CharField(widget=forms.HiddenInput)
    reason = text_area(label=_("Reason"), max_length=500)
