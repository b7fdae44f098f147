"""The forms for who somebody is: names, numbers, guardians, merged records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.registry.documents import TYPED_TYPES
from assistance.registry.models import CertificateType, Guardianship, IdentityChange, Person
from assistance.registry.queries import likely_same
from assistance.web.forms.base import ScreenForm, date_field
from assistance.web.forms.files import PaperField
from assistance.web.forms.register import SEXES
from assistance.web.people.forms import Unrepeated

if TYPE_CHECKING:
    PersonBase = forms.ModelChoiceField[Person]
else:
    PersonBase = forms.ModelChoiceField

Reason = IdentityChange.Reason
NAME_REASONS = (Reason.RENAMED, Reason.MISTYPED)
NUMBER_REASONS = tuple(reason for reason in Reason if reason != Reason.RENAMED)
THIS, OTHER = "this", "other"


def choices(values: Any) -> list[tuple[str, str | Promise]]:
    return [(value.value, value.label) for value in values]


def document_fields() -> dict[str, forms.Field]:
    """Kind of document, and what some kinds do not tell."""
    return {
        "certificate_type": forms.TypedChoiceField(
            label=_("Kind of document"),
            choices=choices(TYPED_TYPES),
            required=False,
            empty_value=CertificateType.RESIDENT_ID,
        ),
        "born_on": date_field(
            label=_("Date of birth"),
            required=False,
            help_text=_("Only for documents whose number does not tell it."),
        ),
        "sex": forms.ChoiceField(label=_("Sex"), required=False, choices=SEXES),
    }


class NameForm(ScreenForm):
    submit_label = _("Hand to a second person")
    rows = (("name", "first_day"), ("reason", "paper"))

    name = forms.CharField(label=_("New name"), max_length=60)
    first_day = date_field(label=_("Holds since"), help_text=_("As the paper says."))
    reason = forms.ChoiceField(label=_("Reason"), choices=choices(NAME_REASONS))
    paper = PaperField(label=_("Household register or certificate of the police"))


class NumberForm(ScreenForm):
    submit_label = _("Hand to a second person")
    rows = (
        ("certificate_type", "number"),
        ("born_on", "sex"),
        ("reason", "first_day"),
        ("paper",),
    )

    certificate_type = document_fields()["certificate_type"]
    number = forms.CharField(label=_("New number"), max_length=30, widget=Unrepeated)
    born_on = document_fields()["born_on"]
    sex = document_fields()["sex"]
    reason = forms.ChoiceField(label=_("Reason"), choices=choices(NUMBER_REASONS))
    first_day = date_field(label=_("Holds since"), help_text=_("As the paper says."))
    paper = PaperField(label=_("Household register or certificate of the police"))


class ConfirmForm(ScreenForm):
    """Whoever confirms types from the paper: he is not shown what was entered."""

    submit_label = _("It is as the paper says")
    rows = (("typed",),)

    typed = forms.CharField(
        label=_("The new name or number, typed from the paper"), max_length=60, widget=Unrepeated
    )


class NewbornForm(ScreenForm):
    submit_label = _("Enter the child")
    rows = (("name", "born_on"), ("sex", "relation"))

    name = forms.CharField(label=_("Name of the child"), max_length=60)
    born_on = date_field(label=_("Date of birth"), initial=localdate)
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES)
    relation = forms.ChoiceField(label=_("Guardian is"), choices=Guardianship.Relation.choices)


class GuardianForm(ScreenForm):
    submit_label = _("Record the guardian")
    rows = (("number", "name"), ("relation", "first_day"))

    number = forms.CharField(label=_("Id number of the guardian"), max_length=20, widget=Unrepeated)
    name = forms.CharField(label=_("Name of the guardian"), max_length=60)
    relation = forms.ChoiceField(label=_("Guardian is"), choices=Guardianship.Relation.choices)
    first_day = date_field(label=_("First day"))


class PersonField(PersonBase):
    def label_from_instance(self, obj: Person) -> str:
        tail = obj.id_number[-4:]
        return f"{obj.name} · {obj.born_on.year} · {obj.township.name} · …{tail}"


class MergeForm(ScreenForm):
    """The other record: one of those that look alike, or by its full number."""

    submit_label = _("Propose the merge")
    rows = (("other", "number"), ("keep",), ("reason",))

    other = PersonField(
        label=_("Records that look alike"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("None of these"),
    )
    number = forms.CharField(
        label=_("Or the full number of the other record"),
        max_length=30,
        required=False,
        widget=Unrepeated,
    )
    keep = forms.ChoiceField(
        label=_("Which record answers for both"),
        choices=[(THIS, _("This one")), (OTHER, _("The other one"))],
        help_text=_("Nothing is rewritten; the other record stays and points here."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, user: User, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = self.fields["other"]
        assert isinstance(other, forms.ModelChoiceField)
        other.queryset = likely_same(user, person)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("other") and not cleaned.get("number"):
            self.add_error("other", gettext("Choose the other record, or type its number."))
        return cleaned
