"""The register wizard: who, then what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division, User
from assistance.cases.models import Application
from assistance.registry.documents import TYPED_TYPES
from assistance.registry.models import CertificateType, Person, Sex
from assistance.web.choices import PROGRAMMES, townships_in_scope
from assistance.web.forms.base import ScreenForm, date_field
from assistance.web.forms.files import PaperField

SEXES = [("", "—"), (Sex.FEMALE.value, Sex.FEMALE.label), (Sex.MALE.value, Sex.MALE.label)]
SEARCHABLE = forms.Select(attrs={"data-searchable": ""})


class FindPersonForm(ScreenForm):
    """Both are needed: a number alone tells nothing about somebody outside one's area."""

    submit_label = _("Next")
    rows = (("certificate_type",), ("id_number", "name"))

    certificate_type = forms.TypedChoiceField(
        label=_("Kind of document"),
        choices=[(kind.value, kind.label) for kind in TYPED_TYPES],
        initial=CertificateType.RESIDENT_ID,
        required=False,
        empty_value=CertificateType.RESIDENT_ID,
    )
    id_number = forms.CharField(label=_("Id number"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=60)


class NewPersonForm(ScreenForm):
    """Somebody who is not known yet, with where he is registered and lives."""

    submit_label = _("Enter the person and go on")
    rows = (
        ("certificate_type", "born_on", "sex"),
        ("id_number", "name"),
        ("phone", "since"),
        ("hukou_township", "hukou_village"),
        ("living_township", "living_village"),
        ("is_somebody_else",),
    )

    certificate_type = forms.TypedChoiceField(
        label=_("Kind of document"),
        choices=[(kind.value, kind.label) for kind in TYPED_TYPES],
        initial=CertificateType.RESIDENT_ID,
        required=False,
        empty_value=CertificateType.RESIDENT_ID,
    )
    born_on = date_field(
        label=_("Date of birth"),
        required=False,
        help_text=_("Only for documents whose number does not tell it."),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=SEXES)
    id_number = forms.CharField(label=_("Id number"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=60)
    is_somebody_else = forms.BooleanField(
        label=_("This is somebody else than who had this number before"), required=False
    )
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    since = date_field(label=_("Resident there since"))
    hukou_township = forms.ModelChoiceField(
        label=_("Household registration (township)"),
        queryset=Division.objects.none(),
        required=False,
        help_text=_("Empty when it is outside the county."),
        widget=SEARCHABLE,
    )
    hukou_village = forms.CharField(label=_("Village or community"), max_length=60, required=False)
    living_township = forms.ModelChoiceField(
        label=_("Actual residence (township)"),
        queryset=Division.objects.none(),
        required=False,
        help_text=_("Empty when it is the same."),
        widget=SEARCHABLE,
    )
    living_village = forms.CharField(label=_("Village or community"), max_length=60, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked only once the number turns out to be in doubt.
        self.fields["is_somebody_else"].widget = forms.HiddenInput()
        for name in ("hukou_township", "living_township"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = townships_in_scope(user)
            field.initial = user.township_id if name == "hukou_township" else None

    def ask_whether_somebody_else(self) -> None:
        self.fields["is_somebody_else"].widget = forms.CheckboxInput()


class RegisterForm(ScreenForm):
    """What is applied for, by whom, when: enough for the receipt."""

    submit_label = _("Register and print the receipt")
    rows = (
        ("programme", "benefit_year"),
        ("received_on", "township"),
        _("Only when the papers were handed in before today"),
        ("late_reason", "late_proof"),
        _("Who applies"),
        ("applicant_relation", "applicant_name", "applicant_kinship"),
        ("applicant_id_number", "applicant_phone"),
    )

    programme = forms.ChoiceField(label=_("Programme"), choices=PROGRAMMES)
    benefit_year = forms.TypedChoiceField(label=_("Year of the cost"), coerce=int)
    received_on = date_field(label=_("Received on"))
    township = forms.ModelChoiceField(label=_("Township"), queryset=Division.objects.none())
    late_reason = forms.CharField(
        label=_("Why it was typed later"),
        max_length=300,
        required=False,
        help_text=_("Today counts until a second person has confirmed the earlier day."),
    )
    late_proof = PaperField(label=_("Proof (scan)"), required=False)
    applicant_relation = forms.ChoiceField(
        label=_("Applicant is"), choices=Application.Relation.choices
    )
    applicant_name = forms.CharField(
        label=_("Applicant"),
        max_length=60,
        required=False,
        help_text=_("Empty: the patient."),
    )
    applicant_kinship = forms.CharField(
        label=_("Kinship or post"),
        max_length=30,
        required=False,
        help_text=_("Father, daughter, village official …; not needed for the patient himself."),
    )
    applicant_id_number = forms.CharField(
        label=_("Applicant's id number"), max_length=20, required=False
    )
    applicant_phone = forms.CharField(label=_("Applicant's phone"), max_length=20, required=False)

    def __init__(self, *args: Any, user: User, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        today = localdate()
        years = self.fields["benefit_year"]
        township = self.fields["township"]
        assert isinstance(years, forms.ChoiceField)
        assert isinstance(township, forms.ModelChoiceField)
        years.choices = [(y, str(y)) for y in range(today.year, today.year - 4, -1)]
        # Until the last day to apply (30 June) most people still claim for the year before.
        years.initial = today.year - 1 if today.month <= 6 else today.year
        self.fields["received_on"].initial = today
        township.queryset = townships_in_scope(user)
        township.initial = user.township_id or person.township_id

    def clean(self) -> dict[str, Any]:
        """Name and relation must fit: both are printed on the receipt that is signed."""
        cleaned = super().clean() or self.cleaned_data
        name = cleaned.get("applicant_name") or self.person.name
        is_patient = cleaned.get("applicant_relation") == Application.Relation.SELF
        if is_patient and name != self.person.name:
            self.add_error("applicant_relation", _("The applicant is somebody else: say who."))
        elif not is_patient and not cleaned.get("applicant_name"):
            self.add_error("applicant_name", _("Enter the name of the person who applies."))
        cleaned["applicant_name"] = name
        return cleaned
