"""Who applies for the patient, and filing for another member of the household."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.cases.models import Application
from assistance.registry.models import Person
from assistance.shared.masking import mask_id
from assistance.web.forms.base import ScreenForm, VersionedForm, date_field

Relation = Application.Relation


class ApplicantForm(VersionedForm):
    """A number or phone that is on record is never written into the form; empty keeps it."""

    rows = (("relation", "name", "kinship"), ("id_number", "phone"))

    relation = forms.ChoiceField(label=_("Applicant is"), choices=Relation.choices)
    name = forms.CharField(label=_("Applicant"), max_length=60)
    kinship = forms.CharField(
        label=_("Kinship or post"),
        max_length=30,
        required=False,
        help_text=_("Father, daughter, village official …; not needed for the patient himself."),
    )
    id_number = forms.CharField(label=_("Applicant's id number"), max_length=20, required=False)
    phone = forms.CharField(
        label=_("Applicant's phone"),
        max_length=20,
        required=False,
        help_text=_("Empty: it stays."),
    )

    def __init__(self, *args: Any, application: Application, **options: Any) -> None:
        super().__init__(*args, **options)
        number = application.applicant_id_number
        self.fields["id_number"].help_text = (
            _("Empty: %(number)s stays.") % {"number": mask_id(number)} if number else ""
        )


class MemberCaseForm(ScreenForm):
    submit_label = _("Open a draft for this member")
    rows = (("member", "received_on"), ("applicant_relation", "applicant_kinship"))

    member = forms.ModelChoiceField(label=_("Member"), queryset=Person.objects.none())
    received_on = date_field(label=_("Received on"), initial=localdate)
    applicant_relation = forms.ChoiceField(label=_("Applicant is"), choices=Relation.choices)
    applicant_kinship = forms.CharField(label=_("Kinship or post"), max_length=30, required=False)

    def __init__(self, *args: Any, members: list[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        member = self.fields["member"]
        assert isinstance(member, forms.ModelChoiceField)
        member.queryset = Person.objects.filter(pk__in=[one.pk for one in members])
