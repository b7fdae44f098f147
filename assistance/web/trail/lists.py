"""The auditor's lists: who looked at what, and who changed what."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from assistance.cases.models import Application
from assistance.registry.models import AccessLog, Person
from assistance.registry.queries.records import records_of
from assistance.shared.masking import mask_numbers_in
from assistance.shared.models import RowChange
from assistance.trail.queries import about, described, table_choices, table_label
from assistance.web.lists import ListForm, exported, link, text
from assistance.web.trail.days import ANY, NEWEST, Days, in_days, second


def _moment(row: Any) -> str:
    return second(row.at)


def _link_to(name: str, **query: Any) -> str:
    return f"{reverse(name)}?{urlencode(query)}"


class _Traced(Days):
    request = forms.CharField(label=_("Request"), required=False, max_length=32)
    # The number in the address of his page: nobody is searched by a number of his own here.
    person = forms.IntegerField(label=_("Person"), required=False, min_value=1)


def _records(person: int) -> list[int]:
    """All records of the human behind this number, which may be that of a record removed."""
    row = Person.objects.filter(pk=person).first()
    return records_of(row) if row else [person]


class AccessList(_Traced, ListForm):
    subject = "access log"
    empty = _("Nobody has looked.")
    orderings = NEWEST
    columns = (
        text(_("At"), _moment, css="yz-nowrap"),
        text(_("User"), lambda a: f"{a.user.full_name} ({a.user.username})"),
        text(_("What"), lambda a: a.get_kind_display(), css="yz-nowrap"),
        text(_("Subject"), lambda a: a.subject),
        link(
            _("Person"),
            lambda a: f"#{a.person_id}" if a.person_id else "",
            lambda a: _link_to("access_log", person=a.person_id or ""),
        ),
        text(_("Number"), lambda a: a.get_field_display() or "—"),
        text(_("Reason"), lambda a: a.get_reason_display() or "—"),
        link(
            _("Request"), lambda a: a.request_id, lambda a: _link_to("trail", request=a.request_id)
        ),
    )

    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[ANY, *AccessLog.Kind.choices]
    )
    field = forms.ChoiceField(
        label=_("Number"), required=False, choices=[ANY, *AccessLog.Field.choices]
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[ANY, *AccessLog.Reason.choices]
    )
    q = forms.CharField(label=_("Subject"), required=False, max_length=60)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "kind": wanted["kind"],
            "field": wanted["field"],
            "reason": wanted["reason"],
            "request_id": wanted["request"],
        }
        rows = rows.filter(in_days(wanted), **{key: v for key, v in exact.items() if v})
        if wanted["person"]:
            rows = rows.filter(person__in=_records(wanted["person"]))
        if who := wanted["who"].strip():
            rows = rows.filter(Q(user__full_name__icontains=who) | Q(user__username=who))
        if words := wanted["q"].strip():
            rows = rows.filter(subject__icontains=words)
        return rows.select_related("user")


def _as_lines(change: RowChange) -> str:
    rows = ((field.label, field.before, field.after) for field in described(change))
    return format_html(
        "<ul class='list-unstyled mb-0'>{}</ul>",
        format_html_join("", "<li><span class='text-secondary me-1'>{}</span>{} → {}</li>", rows),
    )


def _as_text(change: RowChange) -> str:
    return "; ".join(
        f"{field.label}: {field.before} → {field.after}" for field in described(change)
    )


def _row(change: RowChange) -> str:
    return f"{table_label(change.table_name)} {change.row_id}"


def _history_of(change: RowChange) -> str:
    return _link_to("trail", table=change.table_name, row=change.row_id)


class ChangeList(_Traced, ListForm):
    subject = "trail"
    empty = _("No change matches.")
    orderings = NEWEST
    columns = (
        text(_("At"), _moment, css="yz-nowrap"),
        link(_("Record"), _row, _history_of),
        text(_("What"), lambda c: c.get_kind_display(), css="yz-nowrap"),
        text(_("Before → after"), _as_text, _as_lines),
        text(_("User"), lambda c: c.writer or c.source or _("the system")),
        text(_("Reason"), lambda c: mask_numbers_in(c.reason) or "—"),
        link(
            _("Request"), lambda c: c.request, lambda c: _link_to("access_log", request=c.request)
        ),
        exported(text(_("Task or command"), lambda c: c.source)),
    )

    table = forms.ChoiceField(label=_("Record"), required=False)
    row = forms.IntegerField(label=_("Row"), required=False, min_value=1)
    case = forms.CharField(label=_("Case number"), required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table = self.fields["table"]
        assert isinstance(table, forms.ChoiceField)
        table.choices = [ANY, *table_choices()]

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "table_name": wanted["table"],
            "row_id": wanted["row"],
            "request": wanted["request"],
        }
        rows = rows.filter(in_days(wanted), **{key: v for key, v in exact.items() if v})
        if who := wanted["who"].strip():
            rows = rows.filter(Q(writer__icontains=who) | Q(source__icontains=who))
        if wanted["person"]:
            rows = rows.filter(about(Person, _records(wanted["person"])))
        if number := wanted["case"].strip():
            case = Application.objects.filter(number__iexact=number).first()
            rows = rows.filter(about(Application, [case.pk])) if case else rows.none()
        return rows
