from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assistance.screening.states import BottomLineState, Finding, MeetingState, ReviewState, RunKind
from assistance.shared.masking import mask_id
from assistance.web.lists import ListForm, amount, day, exported, link, number, text
from assistance.web.templatetags.yizhu import state_badge

ANY = ("", _("All"))


def quarter(period: Any) -> str:
    return str(_("Quarter %(number)s of %(year)s") % {"number": period.number, "year": period.year})


class ReviewList(ListForm):
    subject = "bottom-line lists"
    empty = _("No bottom-line list is under review.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(
            _("Quarter"),
            lambda r: quarter(r.run.period),
            lambda r: reverse("bottom_line_list", args=[r.pk]),
        ),
        text(_("Agency"), lambda r: r.run.period.agency.name),
        text(_("Kind of list"), lambda r: r.run.get_kind_display()),
        text(_("State"), lambda r: r.get_state_display(), state_badge),
        number(_("People listed"), lambda r: r.people),
        number(_("For the meeting"), lambda r: r.proposals),
        amount(_("Proposed (yuan)"), lambda r: r.total),
        text(_("Sealed by"), lambda r: r.sealed_by or ""),
    )

    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *ReviewState.choices])
    kind = forms.ChoiceField(
        label=_("Kind of list"), required=False, choices=[ANY, *RunKind.choices]
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        if wanted["state"]:
            rows = rows.filter(state=wanted["state"])
        return rows.filter(run__kind=wanted["kind"]) if wanted["kind"] else rows


class CaseList(ListForm):
    subject = "bottom-line cases"
    empty = _("No case matches.")
    orderings = {
        "amount": (_("Highest amount first"), ("-proposed", "id")),
        "burden": (_("Highest burden first"), ("-burden", "id")),
    }
    columns = (
        link(
            _("Number"), lambda c: c.number, lambda c: reverse("bottom_line_case", args=[c.number])
        ),
        text(_("Name"), lambda c: c.person.name, css="yz-nowrap"),
        text(_("Id number"), lambda c: mask_id(c.person.id_number), css="yz-nowrap"),
        text(_("Township"), lambda c: c.entry.township.name, css="yz-nowrap"),
        text(_("Category"), lambda c: c.entry.category or "", css="yz-nowrap"),
        amount(_("Burden (yuan)"), lambda c: c.burden),
        exported(amount(_("Not reasonable"), lambda c: c.not_reasonable)),
        exported(amount(_("Earlier bottom-line money"), lambda c: c.paid_before)),
        amount(_("Other aid"), lambda c: c.other_aid),
        amount(_("Proposed (yuan)"), lambda c: c.proposed),
        text(_("Finding"), lambda c: c.get_finding_display(), css="yz-nowrap"),
        text(_("State"), lambda c: c.get_state_display(), state_badge),
    )

    finding = forms.ChoiceField(label=_("Finding"), required=False, choices=[ANY, *Finding.choices])
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *BottomLineState.choices]
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=60)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        for field in ("finding", "state"):
            if wanted[field]:
                rows = rows.filter(**{field: wanted[field]})
        return rows.filter(person__name__contains=wanted["name"]) if wanted["name"] else rows


class MeetingList(ListForm):
    subject = "joint meetings"
    empty = _("No joint meeting has been called.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(_("Number"), lambda m: m.number, lambda m: reverse("meeting", args=[m.number])),
        day(_("Held on"), lambda m: m.held_on),
        text(_("Meeting place"), lambda m: m.place),
        text(_("State"), lambda m: m.get_state_display(), state_badge),
        number(_("Cases"), lambda m: m.cases),
        amount(_("Granted by vote (yuan)"), lambda m: m.granted),
        text(_("Called by"), lambda m: m.called_by, css="yz-nowrap"),
    )

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *MeetingState.choices]
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        state = self.cleaned_data["state"]
        return rows.filter(state=state) if state else rows
