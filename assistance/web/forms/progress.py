from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.web.forms.base import ScreenForm


class ProgressForm(ScreenForm):
    submit_label = _("Show the progress")
    submit_class = "btn-primary w-100"

    number = forms.CharField(
        label=_("Case number"),
        max_length=40,
        help_text=_("It stands on the receipt, like 331127-2026-00012-7KQ4."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    tail = forms.CharField(
        label=_("Last four places of the patient's id number"),
        min_length=4,
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "text", "spellcheck": "false"}),
    )
