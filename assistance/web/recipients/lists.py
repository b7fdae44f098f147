from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import EFFECTIVE, Department, ListImport, ListRow
from assistance.registry.queries.lists import row_change, row_identity, row_problems, row_what
from assistance.shared.masking import mask_id
from assistance.web.lists import Column, ListForm, day, link, text
from assistance.web.templatetags.yizhu import badge, state_badge

ANY = ("", _("All"))


def _count(outcome: str) -> Column:
    return text(ListRow.Outcome(outcome).label, lambda i: i.counts.get(outcome, ""), css="yz-money")


class ImportList(ListForm):
    subject = "recipient lists"
    empty = _("No recipient list matches.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(_("Source"), lambda i: str(i.source), lambda i: reverse("list_import", args=[i.pk])),
        day(_("Holds from"), lambda i: i.as_of),
        text(_("Stage"), lambda i: i.get_stage_display(), lambda i: state_badge(i, "stage")),
        _count("new"),
        _count("changed"),
        _count("ended"),
        _count("doubt"),
        _count("error"),
        text(_("Uploaded by"), lambda i: i.uploaded_by, css="yz-nowrap"),
        text(
            _("Uploaded at"),
            lambda i: f"{localtime(i.uploaded_at):%Y-%m-%d %H:%M}",
            css="yz-nowrap",
        ),
    )

    department = forms.ChoiceField(
        label=_("Department"), required=False, choices=[ANY, *Department.choices]
    )
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[ANY, *ListImport.Stage.choices]
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {"source__department": wanted["department"], "stage": wanted["stage"]}
        return rows.filter(**{field: value for field, value in exact.items() if value})


def _tick(row: Any) -> SafeString:
    if row.outcome not in EFFECTIVE or row.listing.stage != ListImport.Stage.PREVIEWED:
        return SafeString("")
    return format_html(
        '<input class="form-check-input" type="checkbox" name="row" value="{}" form="ticked"'
        ' aria-label="{}">',
        row.pk,
        _now("Row %(row)s") % {"row": row.line or row.pk},
    )


def _outcome(row: Any) -> SafeString:
    shown = badge(row.outcome, row.get_outcome_display())
    return shown + badge("left_out", _now("left out")) if row.skipped else shown


def _person(row: Any) -> Any:
    name, _number = row_identity(row)
    if row.person is None:
        return name
    return format_html('<a href="{}">{}</a>', reverse("person", args=[row.person_id]), name)


class RowList(ListForm):
    subject = "rows of a recipient list"
    empty = _("No row matches.")
    orderings = {"file": (_("In the order of the file"), ("line", "id"))}
    columns = (
        Column(_("Tick"), _tick, lambda row: _now("left out") if row.skipped else ""),
        text(_("Row"), lambda row: row.line or _("missing"), css="yz-nowrap"),
        text(_("Outcome"), lambda row: row.get_outcome_display(), _outcome),
        text(_("Name"), lambda row: row_identity(row)[0], _person, css="yz-nowrap"),
        text(_("Id number"), lambda row: mask_id(row_identity(row)[1]), css="yz-nowrap"),
        text(_("Category or insurance"), row_what),
        text(_("Before"), lambda row: row_change(row)[0], css="yz-nowrap"),
        text(_("After"), lambda row: row_change(row)[1], css="yz-nowrap"),
        text(_("What is to be mended"), lambda row: " ".join(row_problems(row))),
    )

    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[ANY, *ListRow.Outcome.choices]
    )
    q = forms.CharField(label=_("Name in the register"), required=False, max_length=60)
    skipped = forms.BooleanField(label=_("Only left out"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        if wanted["outcome"]:
            rows = rows.filter(outcome=wanted["outcome"])
        if wanted["skipped"]:
            rows = rows.filter(skipped=True)
        if wanted["q"].strip():
            words = wanted["q"].strip()
            rows = rows.filter(
                Q(person__name__contains=words) | Q(person__pinyin_key__contains=words.lower())
            )
        return rows
