from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.screening.models import HandOut, PartnerOffice, Prospect, PushAnswer
from assistance.screening.models.partners import PUSHED_LISTS
from assistance.screening.queries import told
from assistance.screening.queries.pushes import pushes_visible_to, unanswered
from assistance.screening.states import (
    TO_PHONE,
    HandOutState,
    ProspectState,
    PushedField,
    PushState,
)
from assistance.shared.masking import mask_id
from assistance.web.choices import townships_in_scope
from assistance.web.forms.lists import ANY
from assistance.web.lists import Column, ListForm, amount, day, exported, link, number, text

WAITING, OVERDUE = "waiting", "overdue"
STATES = [
    (WAITING, _("Not answered yet")),
    (OVERDUE, _("Overdue")),
    ("", _("All")),
    *PushState.choices,
]

# Of what an office was told, what the list has room for; numbers and village stand on the page of the person.
SHOWN = (
    PushedField.LIST,
    PushedField.MONTH,
    PushedField.TOWNSHIP,
    PushedField.MASKED_NUMBER,
    PushedField.BAND,
)


def _field(field: PushedField) -> Callable[[Any], str]:
    """What the office was told of it; nothing where it was not told."""

    def shown(push: Any) -> str:
        # The village asks the register for each row: it stands on the page of the person.
        if not hasattr(push, "told_now"):
            known = [one for one in push.fields if one != PushedField.VILLAGE]
            push.fields, kept = known, push.fields
            push.told_now = told(push, localdate())
            push.fields = kept
        found: str = push.told_now.get(field, "")
        return found

    return shown


def _told_column(field: PushedField) -> Column:
    return text(field.label, _field(field), css="yz-nowrap")


def _name(push: Any) -> str:
    return _field(PushedField.NAME)(push) or f"№ {push.pk}"


def _page(push: Any) -> str:
    return reverse("push", args=[push.pk])


def _answered(push: Any) -> date | None:
    return localdate(push.answered_at) if push.answered_at else None


class PushFilter(ListForm):
    """State, list and month, at the partner's desk and at the agency's."""

    empty = _("Nobody matches.")
    orderings = {
        "due": (_("Answer due first"), ("due_on", "id")),
        "newest": (_("Newest first"), ("-id",)),
    }

    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    list = forms.ChoiceField(label=_("List"), required=False, choices=[ANY, *PUSHED_LISTS])
    month = forms.DateField(
        label=_("Month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        state = wanted["state"]
        if state in (WAITING, OVERDUE):
            rows = unanswered(rows)
            if state == OVERDUE:
                rows = rows.filter(due_on__lt=localdate())
        elif state:
            rows = rows.filter(state=state)
        if wanted["list"]:
            rows = rows.filter(list=wanted["list"])
        return rows.filter(month=wanted["month"]) if wanted["month"] else rows


class DeskList(PushFilter):
    """What an office was told, and nothing else of anybody."""

    subject = "pushed people"
    columns = (
        link(_("Name"), _name, _page),
        text(_("State"), lambda p: p.get_state_display(), css="yz-nowrap"),
        *(_told_column(field) for field in SHOWN),
        exported(_told_column(PushedField.CATEGORY)),
        day(_("To be answered until"), lambda p: p.due_on),
        day(_("Reminded on"), lambda p: localdate(p.reminded_at) if p.reminded_at else None),
    )


class PushList(PushFilter):
    """What the partners of an agency were told, and what came back."""

    subject = "pushes to partners"
    columns = (
        link(_("Name"), lambda p: p.person.name, _page),
        exported(text(_("Id number"), lambda p: mask_id(p.person.id_number))),
        text(_("Township"), lambda p: p.township.name, css="yz-nowrap"),
        text(_("List"), lambda p: p.get_list_display()),
        text(_("Month"), lambda p: f"{p.month:%Y-%m}", css="yz-nowrap"),
        text(_("Partner office"), lambda p: p.office.name),
        text(_("State"), lambda p: p.get_state_display()),
        amount(_("Aid given (yuan)"), lambda p: _aid(p)),
        day(_("To be answered until"), lambda p: p.due_on),
        day(_("Answered on"), _answered),
    )

    office = forms.ModelChoiceField(
        label=_("Partner office"),
        required=False,
        queryset=PartnerOffice.objects.none(),
        empty_label=_("All"),
    )
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office, township = self.fields["office"], self.fields["township"]
        assert isinstance(office, forms.ModelChoiceField)
        assert isinstance(township, forms.ModelChoiceField)
        mine = pushes_visible_to(self.user).order_by().values("office")
        office.queryset = PartnerOffice.objects.filter(pk__in=mine).order_by("name")
        township.queryset = townships_in_scope(self.user)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter(rows)
        wanted = self.cleaned_data
        newest = PushAnswer.objects.filter(push=OuterRef("pk"), answer=PushState.AIDED)
        rows = rows.annotate(aid=Subquery(newest.order_by("-id").values("amount")[:1]))
        if wanted["office"]:
            rows = rows.filter(office=wanted["office"])
        return rows.filter(township=wanted["township"]) if wanted["township"] else rows


def _aid(push: Any) -> Decimal | None:
    given: Decimal | None = push.aid if push.state == PushState.AIDED else None
    return given


class HandOutList(ListForm):
    subject = "lists for partners"
    empty = _("No list matches.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(
            _("List"),
            lambda row: row.run.period,
            lambda row: reverse("hand_out", args=[row.pk]),
        ),
        text(_("Partner office"), lambda row: row.office.name),
        number(_("New people"), lambda row: row.count),
        text(_("State"), lambda row: row.get_state_display()),
        day(_("Pushed on"), lambda row: localdate(row.pushed_at)),
        text(_("Taken out by"), lambda row: str(row.claimed_by or "")),
        text(_("Remark"), lambda row: row.note),
    )

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *HandOutState.choices]
    )

    def filter(self, rows: QuerySet[HandOut]) -> QuerySet[HandOut]:
        state = self.cleaned_data["state"]
        return rows.filter(state=state) if state else rows


class ProspectList(ListForm):
    """No cost stands here: bills come in once the person agrees."""

    subject = "people to phone"
    empty = _("Nobody is to be phoned.")
    orderings = {
        "first": (_("First prepared first"), ("id",)),
        "newest": (_("Newest first"), ("-id",)),
    }
    columns = (
        link(
            _("Name"), lambda row: row.person.name, lambda row: reverse("prospect", args=[row.pk])
        ),
        text(_("Id number"), lambda row: mask_id(row.person.id_number), css="yz-nowrap"),
        text(_("Township"), lambda row: row.township.name, css="yz-nowrap"),
        number(_("Year of the cost"), lambda row: row.year),
        text(_("Why"), lambda row: row.get_why_display()),
        text(_("State"), lambda row: row.get_state_display()),
        day(_("Phone again on"), lambda row: row.call_again_on),
        text(_("Case"), lambda row: str(row.application or ""), css="yz-nowrap"),
    )

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(WAITING, _("To be phoned now")), ("", _("All")), *ProspectState.choices],
    )
    why = forms.ChoiceField(label=_("Why"), required=False, choices=[ANY, *Prospect.Why.choices])
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
        if wanted["state"] == WAITING:
            due = Q(call_again_on__isnull=True) | Q(call_again_on__lte=localdate())
            rows = rows.filter(due, state__in=sorted(TO_PHONE))
        elif wanted["state"]:
            rows = rows.filter(state=wanted["state"])
        if wanted["why"]:
            rows = rows.filter(why=wanted["why"])
        return rows.filter(township=wanted["township"]) if wanted["township"] else rows
