from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.registry.models import DutyNote, Person, Subsidy
from assistance.web.forms.base import ScreenForm, amount_field, date_field


class NoteForm(ScreenForm):
    submit_label = _("Save")
    rows = (("assigned_to", "outcome"), ("note",))

    assigned_to = forms.ModelChoiceField(
        label=_("Looked after by"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody in particular"),
    )
    outcome = forms.ChoiceField(
        label=_("Reason why nothing more is to be done"),
        required=False,
        choices=DutyNote.Outcome.choices,
    )
    note = forms.CharField(label=_("Explanation"), max_length=200, required=False)

    def __init__(self, subject: tuple[Person, DutyNote | None], _user: User, *posted: Any) -> None:
        person, note = subject
        initial = {}
        if note is not None:
            initial = {
                "assigned_to": note.assigned_to_id,
                "outcome": note.outcome,
                "note": note.note,
            }
        super().__init__(*posted, initial=initial)
        field = self.fields["assigned_to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(agency=person.agency, is_active=True).order_by(
            "full_name", "id"
        )


class SubsidyForm(ScreenForm):
    submit_label = _("Record the premium")
    rows = (("year", "paid_on"), ("basic", "big_illness"), ("way",))

    year = forms.IntegerField(label=_("Year of insurance"), min_value=2000, max_value=2100)
    paid_on = date_field(label=_("Premium paid on"), initial=localdate)
    basic = amount_field(label=_("Premium of basic insurance (yuan)"), min_value=0.01)
    big_illness = amount_field(label=_("Premium of big-illness insurance (yuan)"), initial=0)
    way = forms.ChoiceField(label=_("Way"), choices=Subsidy.Way.choices)


class SubsidiseAllForm(ScreenForm):
    """The number that is on screen goes along, so that nobody is paid twice or unseen."""

    submit_label = _("Record the premiums of all")
    rows = (("paid_on", "way"), ("basic", "big_illness"))

    people = forms.IntegerField(widget=forms.HiddenInput)
    paid_on = date_field(label=_("Premium paid on"), initial=localdate)
    basic = amount_field(label=_("Premium of basic insurance (yuan)"), min_value=0.01)
    big_illness = amount_field(label=_("Premium of big-illness insurance (yuan)"), initial=0)
    way = forms.ChoiceField(label=_("Way"), choices=Subsidy.Way.choices)
