from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.cases.models import Letter, Service
from assistance.cases.queries.grounds import GROUNDS
from assistance.web.forms.base import ScreenForm, date_field, text_area
from assistance.web.forms.lists import ANY
from assistance.web.lists import ListForm, day, link, text


class RefusalForm(ScreenForm):
    submit_label = _("Make the decision letter")
    rows = (("facts",), ("grounds",), ("reasons",))

    facts = text_area(label=_("Facts"), max_length=1000)
    grounds = forms.MultipleChoiceField(
        label=_("Sentences of the policy"),
        choices=[(key, ground.label) for key, ground in GROUNDS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Quoted in the letter with their place."),
    )
    reasons = text_area(label=_("Reasons"), max_length=2000)


class CorrectionForm(ScreenForm):
    submit_label = _("Make the notice")
    rows = (("items",),)

    items = forms.CharField(
        label=_("What is missing"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One thing a line. The applicant is told once: name everything."),
    )


class ServiceForm(ScreenForm):
    submit_label = _("Record the service")
    rows = (("served_on", "how"), ("received_by", "note"))

    served_on = date_field(label=_("Served on"), initial=localdate)
    how = forms.ChoiceField(label=_("Way of service"), choices=Service.How.choices)
    received_by = forms.CharField(
        label=_("Received by"),
        max_length=60,
        required=False,
        help_text=_("Who signed the certificate of service; not needed by post or electronically."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Such as the number of the posted letter or the witnesses."),
    )


def _served_on(letter: Any) -> Any:
    return letter.service.served_on if hasattr(letter, "service") else None


def _how(letter: Any) -> str:
    return (
        str(letter.service.get_how_display())
        if hasattr(letter, "service")
        else str(_("Not served yet"))
    )


class LetterList(ListForm):
    subject = "letters"
    empty = _("No letter matches.")
    orderings = {
        "newest": (_("Newest first"), ("-id",)),
        "oldest": (_("Oldest first"), ("id",)),
    }
    columns = (
        link(_("Number"), lambda row: row.number, lambda row: reverse("letter", args=[row.pk])),
        text(_("Kind"), lambda row: row.get_kind_display()),
        text(_("Case"), lambda row: row.application.number, css="yz-nowrap"),
        text(_("Patient"), lambda row: row.application.person.name, css="yz-nowrap"),
        text(_("Township"), lambda row: row.application.township.name),
        day(_("Made on"), lambda row: localdate(row.made_at)),
        day(_("Served on"), _served_on),
        text(_("Way of service"), _how),
    )

    q = forms.CharField(label=_("Letter or case number"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *Letter.Kind.choices])
    unserved = forms.BooleanField(label=_("Only those not served yet"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        if wanted["q"]:
            words = wanted["q"].strip()
            rows = rows.filter(number__icontains=words) | rows.filter(
                application__number__icontains=words
            )
        if wanted["kind"]:
            rows = rows.filter(kind=wanted["kind"])
        return rows.filter(service__isnull=True) if wanted["unserved"] else rows
