"""The forms of a person's record. A number that is on record is never written into a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.registry.models import Enrolment, RecipientCategory, Residence
from assistance.registry.operations import Place
from assistance.web.forms.base import ScreenForm, date_field
from assistance.web.forms.cases import AidForm, BillForm
from assistance.web.forms.register import NewPersonForm


def searchable(label: Any) -> forms.Select:
    """A list to type into. The control built over it takes the label away, so it bears its name itself."""
    return forms.Select(attrs={"data-searchable": "", "aria-label": label})


class Unrepeated(forms.TextInput):
    """Comes back empty when the form is shown again."""

    def format_value(self, value: Any) -> None:
        return None


class FindForm(ScreenForm):
    """Sent by POST: a number must not stand in an address."""

    submit_label = _("Find")
    rows = (("id_number", "name"),)

    id_number = forms.CharField(
        label=_("Id number"), max_length=30, help_text=_("Or the number of another document.")
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        required=False,
        help_text=_("Needed only to find somebody outside your area."),
    )


class PersonForm(NewPersonForm):
    submit_label = _("Enter the person")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("hukou_township", "living_township"):
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label

    def values(self) -> dict[str, Any]:
        """What `register_person` wants to know."""
        given = dict(self.cleaned_data)
        for kind in ("hukou", "living"):
            township, village = given.pop(f"{kind}_township"), given.pop(f"{kind}_village")
            given[kind] = Place(township, village) if township else None
        return given


class PhoneForm(ScreenForm):
    rows = (("phone",),)

    phone = forms.CharField(
        label=_("New phone"), max_length=20, required=False, help_text=_("Empty: none is known.")
    )


class MoveForm(ScreenForm):
    submit_label = _("Record the move")
    rows = (("kind", "first_day"), ("township", "village"))

    kind = forms.ChoiceField(label=_("Kind"), choices=Residence.Kind.choices)
    first_day = date_field(label=_("First day there"), initial=localdate)
    township = forms.ModelChoiceField(
        label=_("Township"),
        queryset=Division.objects.filter(level=Division.Level.TOWNSHIP)
        .select_related("parent")
        .order_by("code"),
        widget=searchable(_("Township")),
    )
    village = forms.CharField(label=_("Village or community"), max_length=60, required=False)


class RecogniseForm(ScreenForm):
    submit_label = _("Record the recognition")
    rows = (("category", "recognised_by"), ("first_day", "last_day"))

    category = forms.ModelChoiceField(
        label=_("Category"), queryset=RecipientCategory.objects.order_by("order", "id")
    )
    recognised_by = forms.CharField(
        label=_("Recognised by"),
        max_length=80,
        help_text=_("The civil-affairs office that decided."),
    )
    first_day = date_field(label=_("First day"))
    last_day = date_field(label=_("Last day"), required=False, help_text=_("Empty: open."))


class EnrolForm(ScreenForm):
    submit_label = _("Record the insurance")
    rows = (("kind", "county"), ("first_day", "last_day"))

    kind = forms.ChoiceField(label=_("Insurance"), choices=Enrolment.Kind.choices)
    county = forms.ModelChoiceField(
        label=_("Place of insurance"),
        queryset=Division.objects.filter(level=Division.Level.COUNTY).order_by("code"),
        widget=searchable(_("Place of insurance")),
    )
    first_day = date_field(label=_("First day"))
    last_day = date_field(label=_("Last day"), required=False, help_text=_("Empty: open."))


class EndForm(ScreenForm):
    submit_label = _("Set the last day")
    rows = (("last_day",),)

    last_day = date_field(
        label=_("Last day"), initial=localdate, help_text=_("This day is still inside.")
    )


class DeathForm(ScreenForm):
    submit_label = _("Record the death")
    submit_class = "btn-outline-danger"
    rows = (("died_on",),)

    died_on = date_field(label=_("Died on"))


class BecauseForm(ScreenForm):
    """Nothing but the reason."""

    submit_label = _("Confirm")
    submit_class = "btn-outline-danger"
    rows = (("reason",),)

    reason = forms.CharField(label=_("Reason"), max_length=200)


class CompareForm(ScreenForm):
    """Whoever checks an account types its number from the card: he is not shown what was entered."""

    submit_label = _("The account is right")
    rows = (("number",),)

    number = forms.CharField(
        label=_("Account number, typed from the card or passbook"),
        max_length=40,
        widget=Unrepeated,
    )


class PersonBillForm(BillForm):
    """The bill form of a case, without a case."""

    rows = (*BillForm.rows, ("reason",))  # type: ignore[assignment]

    # Django's way to leave a field of the base class out.
    version = None  # type: ignore[assignment]
    reason = forms.CharField(
        label=_("Why another assistance than our own figure"),
        max_length=200,
        required=False,
        help_text=_("Only where another amount is granted: an approver has to agree."),
    )


class PersonAidForm(AidForm):
    version = None  # type: ignore[assignment]
    rows = (  # type: ignore[assignment]
        ("benefit_year", "giver", "amount"),
        ("given_on", "paper"),
    )

    benefit_year = forms.IntegerField(
        label=_("Year of the cost"),
        min_value=2000,
        max_value=2100,
        initial=lambda: localdate().year,
    )
