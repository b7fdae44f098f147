from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import Department, Difference
from assistance.shared.masking import mask_id
from assistance.web.lists import Column, ListForm, day, link, number, text
from assistance.web.templatetags.yizhu import badge

ANY = ("", _("All"))
OPEN, SIGNED = "open", "signed"


def _state(made: Any) -> str:
    return _now("Signed") if made.signed_at else _now("Under way")


class ReconciliationList(ListForm):
    subject = "reconciliations"
    empty = _("No reconciliation matches.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(
            _("Source"), lambda r: str(r.source), lambda r: reverse("reconciliation", args=[r.pk])
        ),
        day(_("Holds from"), lambda r: r.as_of),
        text(
            _("State"),
            _state,
            lambda r: badge("applied" if r.signed_at else "previewed", _state(r)),
        ),
        number(_("In agreement"), lambda r: r.agreed),
        number(_("Differing"), lambda r: r.differing),
        number(_("Undecided"), lambda r: r.undecided),
        text(_("Opened by"), lambda r: r.opened_by),
        text(_("Signed by"), lambda r: r.signed_by or ""),
        text(_("Signed for the department by"), lambda r: r.department_signer),
    )

    department = forms.ChoiceField(
        label=_("Department"), required=False, choices=[ANY, *Department.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ANY, (OPEN, _("Under way")), (SIGNED, _("Signed"))],
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        if wanted["department"]:
            rows = rows.filter(source__department=wanted["department"])
        if wanted["state"]:
            rows = rows.filter(signed_at__isnull=wanted["state"] == OPEN)
        return rows


def _tick(row: Any) -> SafeString:
    if row.reconciliation.signed_at is not None:
        return SafeString("")
    return format_html(
        '<input class="form-check-input" type="checkbox" name="row" value="{}" form="ticked"'
        ' aria-label="{}">',
        row.pk,
        _now("Row %(row)s") % {"row": row.line or row.pk},
    )


def _person(row: Any) -> Any:
    if row.person_id is None:
        return row.name
    return format_html('<a href="{}">{}</a>', reverse("person", args=[row.person_id]), row.name)


class DifferenceList(ListForm):
    subject = "differences of a reconciliation"
    empty = _("No row matches.")
    orderings = {"kind": (_("By kind"), ("kind", "id"))}
    columns = (
        Column(_("Tick"), _tick, lambda row: row.line),
        text(_("Kind"), lambda r: r.get_kind_display(), css="yz-nowrap"),
        text(_("Name"), lambda r: r.name, _person, css="yz-nowrap"),
        text(_("Id number"), lambda r: mask_id(r.number), css="yz-nowrap"),
        text(_("Category"), lambda r: r.category),
        text(_("In the register"), lambda r: r.ours, css="yz-nowrap"),
        text(_("On the list"), lambda r: r.theirs, css="yz-nowrap"),
        text(_("What differs"), lambda r: r.what),
        text(_("Decision on the row"), lambda r: r.get_decision_display() if r.decision else ""),
        text(_("Explanation"), lambda r: r.note),
    )

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[ANY, *Difference.Kind.choices]
    )
    decision = forms.ChoiceField(
        label=_("Decision on the row"),
        required=False,
        choices=[ANY, ("none", _("Undecided")), *Difference.Decision.choices],
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        if wanted["kind"]:
            rows = rows.filter(kind=wanted["kind"])
        if wanted["decision"]:
            rows = rows.filter(decision=wanted["decision"].replace("none", ""))
        return rows
