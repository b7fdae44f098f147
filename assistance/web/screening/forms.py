from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.screening.models import Period
from assistance.screening.queries import latest_run
from assistance.screening.states import RunKind
from assistance.web.forms.base import ScreenForm, amount_field, date_field

LONGEST_NOTE = 300


class DrawUpForm(ScreenForm):
    submit_label = _("Draw up")
    rows = (("kind", "as_of"), ("note",))

    kind = forms.ChoiceField(label=_("Kind"))
    as_of = date_field(
        label=_("As of"),
        required=False,
        help_text=_("Empty: the last day of the period. Only a trial may be of another day."),
    )
    note = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("Why it is drawn up again, or what lacks."),
    )

    def __init__(self, period: Period, _user: User, *posted: Any) -> None:
        super().__init__(*posted[:1])
        again = (RunKind.AGAIN, RunKind.SUPPLEMENT)
        first = again if latest_run(period) is not None else (RunKind.REGULAR,)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(one.value, one.label) for one in (*first, RunKind.TRIAL)]


class StopForm(ScreenForm):
    submit_label = _("Stop")
    submit_class = "btn-danger"


class SignSourcesForm(ScreenForm):
    submit_label = _("Sign as complete")
    rows = (("source", "complete_to"), ("note",))

    source = forms.ChoiceField(label=_("Source"))
    complete_to = date_field(
        label=_("Complete up to"), help_text=_("Everything of this day and before has arrived.")
    )
    note = forms.CharField(label=_("Remark"), required=False, max_length=200)

    def __init__(self, sources: list[tuple[str, str]], *posted: Any) -> None:
        super().__init__(*posted[:1])
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = [("", _("All sources")), *sources]
        source.required = False


class ThresholdForm(ScreenForm):
    submit_label = _("Set the threshold")
    rows = (("amount", "first_day"), ("decision",))

    amount = amount_field(label=_("Own cost of the year from (yuan)"))
    first_day = date_field(label=_("In force from"))
    decision = forms.CharField(
        label=_("Decided by"), max_length=120, help_text=_("The county's paper and its number.")
    )
