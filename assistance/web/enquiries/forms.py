from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assistance.cases.models import Application, CallNote
from assistance.web.forms.base import ScreenForm, once_field, text_area


class EnquiryForm(ScreenForm):
    submit_label = _("Find")

    words = forms.CharField(
        label=_("Who is it about?"),
        max_length=80,
        help_text=_(
            "Name, pinyin or initials, last four places of the id number, phone, case number; "
            "several words narrow it down."
        ),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


class CallForm(ScreenForm):
    submit_label = _("Note the call")
    rows = (("caller", "caller_name"), ("application",), ("asked",), ("told",))

    token = once_field()
    caller = forms.ChoiceField(label=_("Who called"), choices=CallNote.Caller.choices)
    caller_name = forms.CharField(
        label=_("Name or phone of the caller"), max_length=60, required=False
    )
    application = forms.ModelChoiceField(
        label=_("Case"),
        queryset=Application.objects.none(),
        required=False,
        empty_label=_("No case in particular"),
    )
    asked = forms.CharField(label=_("What was asked"), max_length=300)
    told = text_area(label=_("What was told"), max_length=500)

    def __init__(self, *args: Any, cases: QuerySet[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["application"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = cases
