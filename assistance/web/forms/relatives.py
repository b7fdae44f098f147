"""Declaring oneself and one's relatives, whose cases somebody else does."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import StaffTie


class RelativeForm(forms.Form):
    relation = forms.ChoiceField(label=_("Relation"), choices=StaffTie.Relation.choices)
    name = forms.CharField(label=_("Name"), max_length=60)
    number = forms.CharField(
        label=_("Id number"), max_length=18, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.add_input(Submit("", _("Declare"), css_class="btn-primary"))
