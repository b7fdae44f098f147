"""The lists of lists: periods, the people of a run, who has left, what differs between two runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.registry.models import RecipientCategory
from assistance.screening.queries.late import is_late, late_periods
from assistance.screening.states import Departure, ListKind, Movement, PeriodState
from assistance.shared.masking import mask_id
from assistance.web.choices import townships_in_scope
from assistance.web.forms.base import amount_field
from assistance.web.lists import Column, ListForm, amount, day, exported, link, number, text
from assistance.web.templatetags.yizhu import badge

ANY = ("", _("All"))


def month_of(period: Any) -> str:
    mark = "Q" if period.kind == ListKind.BOTTOM_LINE else ""
    return f"{period.year}-{mark}{period.number if mark else f'{period.number:02d}'}"


def _state(period: Any) -> SafeString:
    late = is_late(period, localdate())
    colour = "error" if late else {"done": "done", "waiting": "mapping"}.get(period.state, "queued")
    return badge(colour, period.get_state_display())


class PeriodList(ListForm):
    subject = "periods of lists"
    empty = _("No list is due yet.")
    orderings = {
        "newest": (_("Newest first"), ("-last_day", "kind", "id")),
        "due": (_("By the day due"), ("due_on", "id")),
    }
    columns = (
        link(_("Period"), month_of, lambda p: reverse("list_period", args=[p.pk])),
        text(_("List"), lambda p: p.get_kind_display()),
        text(_("Agency"), lambda p: p.agency.name),
        day(_("As of"), lambda p: p.last_day),
        day(_("Due on"), lambda p: p.due_on),
        text(_("State"), lambda p: p.get_state_display(), _state),
        number(_("People"), lambda p: p.listed),
    )

    kind = forms.ChoiceField(label=_("List"), required=False, choices=[ANY, *ListKind.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ANY, *PeriodState.choices, ("late", _("Late"))],
    )
    year = forms.IntegerField(label=_("Year"), required=False, min_value=2000, max_value=2100)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        if wanted["kind"]:
            rows = rows.filter(kind=wanted["kind"])
        if wanted["state"] == "late":
            rows = rows.filter(pk__in=late_periods().order_by().values("pk"))
        elif wanted["state"]:
            rows = rows.filter(state=wanted["state"])
        if wanted["year"]:
            rows = rows.filter(year=wanted["year"])
        return rows


def _person(entry: Any) -> str:
    name: str = entry.person.name
    return name


class OfTownships(ListForm):
    """Rows about people, which belong to townships."""

    name = forms.CharField(label=_("Name"), required=False, max_length=60)
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        if wanted["name"]:
            rows = rows.filter(person__name__contains=wanted["name"].strip())
        return rows.filter(township=wanted["township"]) if wanted["township"] else rows


class EntryList(OfTownships):
    """In the columns of the trade: 姓名, 证件号码, 乡镇（街道）, 救助类别, 个人负担."""

    subject = "people of a list"
    empty = _("Nobody is on this list.")
    orderings = {
        "burden": (_("Largest burden first"), ("-burden", "id")),
        "township": (_("By township"), ("township__code", "-burden", "id")),
    }
    columns: ClassVar[Sequence[Column]] = (
        link(_("Name"), _person, lambda e: reverse("list_entry", args=[e.pk])),
        text(_("Id number"), lambda e: mask_id(e.person.id_number), css="yz-nowrap"),
        text(_("Township"), lambda e: e.township.name, css="yz-nowrap"),
        text(_("Recognised as"), lambda e: e.category.name if e.category else ""),
        amount(_("Burden"), lambda e: e.burden),
        amount(_("Own cost of the year"), lambda e: e.own_total),
        amount(_("In scope of it"), lambda e: e.own_in_scope),
        text(_("Movement"), lambda e: e.get_movement_display()),
        exported(text(_("Code of the township"), lambda e: e.township.code)),
    )

    category = forms.ModelChoiceField(
        label=_("Recognised as"),
        required=False,
        queryset=RecipientCategory.objects.order_by("order", "id"),
        empty_label=_("All"),
    )
    movement = forms.ChoiceField(
        label=_("Movement"), required=False, choices=[ANY, *Movement.choices]
    )
    at_least = amount_field(label=_("Burden from"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows, wanted = super().filter(rows), self.cleaned_data
        if wanted["category"]:
            rows = rows.filter(category=wanted["category"])
        if wanted["movement"]:
            rows = rows.filter(movement=wanted["movement"])
        if wanted["at_least"]:
            rows = rows.filter(burden__gte=wanted["at_least"])
        return rows


class DepartureList(OfTownships):
    subject = "people who left a list"
    empty = _("Nobody has left this list.")
    orderings = {"burden": (_("Largest burden first"), ("-burden", "id"))}
    columns = (
        link(_("Name"), _person, lambda d: reverse("person", args=[d.person_id])),
        text(_("Id number"), lambda d: mask_id(d.person.id_number), css="yz-nowrap"),
        text(_("Township"), lambda d: d.township.name, css="yz-nowrap"),
        text(_("Why"), lambda d: d.get_why_display()),
        amount(_("Burden"), lambda d: d.burden),
    )

    why = forms.ChoiceField(label=_("Why"), required=False, choices=[ANY, *Departure.choices])

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter(rows)
        wanted = self.cleaned_data["why"]
        return rows.filter(why=wanted) if wanted else rows


HERE, THERE, OTHERWISE = "here", "there", "changed"


def _side(entry: Any) -> str:
    if entry.other is None:
        words = _("Only on this list") if entry.is_here else _("Only on the other list")
        return str(words)
    return str(_("Another burden"))


def _side_shown(entry: Any) -> SafeString:
    colour = "changed" if entry.other is not None else "new" if entry.is_here else "ended"
    return badge(colour, _side(entry))


class ComparisonList(OfTownships):
    """What differs between two runs; `other` is the burden on the other list."""

    subject = "differences between two lists"
    empty = _("The two lists are the same.")
    orderings = {"burden": (_("Largest burden first"), ("-burden", "id"))}
    columns = (
        text(_("Difference"), _side, _side_shown),
        link(_("Name"), _person, lambda e: reverse("list_entry", args=[e.pk])),
        text(_("Id number"), lambda e: mask_id(e.person.id_number), css="yz-nowrap"),
        text(_("Township"), lambda e: e.township.name, css="yz-nowrap"),
        amount(_("Burden here"), lambda e: e.burden if e.is_here else None),
        amount(_("Burden there"), lambda e: e.other if e.is_here else e.burden),
    )

    side = forms.ChoiceField(
        label=_("Difference"),
        required=False,
        choices=[
            ANY,
            (HERE, _("Only on this list")),
            (THERE, _("Only on the other list")),
            (OTHERWISE, _("Another burden")),
        ],
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter(rows)
        side = self.cleaned_data["side"]
        if side == OTHERWISE:
            return rows.filter(is_here=True, other__isnull=False).exclude(other=F("burden"))
        if side:
            return rows.filter(is_here=side == HERE, other__isnull=True)
        return rows
