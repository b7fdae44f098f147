from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.registry.models import DutyNote, Person, Subsidy
from assistance.registry.queries.duties import years_of_premiums
from assistance.web.forms.base import ScreenForm, amount_field, date_field

COMING_YEAR = "next"


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


def premium_year_field() -> forms.ChoiceField:
    """Of which year the premium is, seen from a day."""
    choices = [("", _("The running year")), (COMING_YEAR, _("The coming year"))]
    return forms.ChoiceField(label=_("Year of insurance"), choices=choices, required=False)


class DayForm(forms.Form):
    """The day whose list is shown; nobody can have paid on a day to come."""

    on = date_field(label=_("Premium paid on"), required=False)
    year = premium_year_field()

    @property
    def day(self) -> date:
        given = self.cleaned_data.get("on") if self.is_valid() else None
        return min(given or localdate(), localdate())

    @property
    def premium_year(self) -> int:
        """The coming year is asked for where its premiums are collected on the day."""
        coming = self.is_valid() and self.cleaned_data["year"] == COMING_YEAR
        return years_of_premiums(self.day)[-1] if coming else self.day.year


class WholeListForm(ScreenForm):
    """Day, year and digest of the list on screen go along, so that nobody is paid twice or unseen."""

    seen = forms.CharField(widget=forms.HiddenInput)
    paid_on = forms.DateField(widget=forms.HiddenInput)
    year = forms.IntegerField(widget=forms.HiddenInput, min_value=2000, max_value=2100)

    def renew(self, seen: str, day: date) -> None:
        """Shown again with what was typed, beside the list as it is now: the next answer is to that."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["seen"], data["paid_on"] = seen, day.isoformat()
            self.data = data


class SubsidiseAllForm(WholeListForm):
    submit_label = _("Record the premiums of all")
    rows = (("way",), ("basic", "big_illness"))

    basic = amount_field(label=_("Premium of basic insurance (yuan)"), min_value=0.01)
    big_illness = amount_field(label=_("Premium of big-illness insurance (yuan)"), initial=0)
    way = forms.ChoiceField(label=_("Way"), choices=Subsidy.Way.choices)
