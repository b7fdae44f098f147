"""Lists of deliveries, rows in doubt, bills, warnings and fee lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _

from assistance.settlements.models import (
    BillImport,
    BillInDoubt,
    BillSource,
    BillWarning,
    Setting,
)
from assistance.settlements.queries import sources_visible_to
from assistance.settlements.sources import read_definition
from assistance.shared.masking import mask_id
from assistance.web.bills.rows import fact, total
from assistance.web.bills.words import identity
from assistance.web.forms.base import date_field
from assistance.web.lists import Column, ListForm, amount, day, link, number, text
from assistance.web.templatetags.yizhu import state_badge

ANY = ("", _("All"))
AGES = (
    ("7", _("Older than 7 days")),
    ("30", _("Older than 30 days")),
    ("90", _("Older than 90 days")),
)


def _moment(value: Any) -> str:
    return f"{localtime(value):%Y-%m-%d %H:%M}"


class _OfSource(ListForm):
    """A list that can be narrowed to one sender."""

    source = forms.ModelChoiceField(
        label=_("Source of bills"),
        required=False,
        queryset=BillSource.objects.none(),
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = sources_visible_to(self.user)


class DeliveryList(_OfSource):
    subject = "deliveries of bills"
    empty = _("No delivery matches.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(_("File"), lambda d: d.file_name, lambda d: reverse("delivery", args=[d.pk])),
        text(_("Source of bills"), lambda d: d.source),
        text(_("State"), lambda d: d.get_state_display(), state_badge),
        number(_("rows"), lambda d: d.rows),
        number(_("booked"), lambda d: d.booked + d.fee_lines),
        number(_("Refunds"), lambda d: d.refunded),
        number(_("Settled later"), lambda d: d.supplements),
        number(_("known already"), lambda d: d.known),
        number(_("in doubt"), lambda d: d.in_doubt),
        amount(_("Medical assistance"), lambda d: d.assistance),
        text(_("Brought by"), lambda d: d.started_by or _("the system"), css="yz-nowrap"),
        text(_("Brought at"), lambda d: _moment(d.started_at), css="yz-nowrap"),
    )

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *BillImport.State.choices]
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {"source": wanted["source"], "state": wanted["state"]}
        return rows.filter(**{field: value for field, value in exact.items() if value})


def _person_of_row(doubt: Any) -> str:
    return f"{fact(doubt, 'name')} {fact(doubt, 'id_number')}".strip()


def _outcome(doubt: Any) -> str:
    return doubt.outcome if doubt.settled_at else ""


class DoubtList(_OfSource):
    subject = "bills in doubt"
    empty = _("No row is in doubt.")
    orderings = {
        "newest": (_("Newest first"), ("-id",)),
        "oldest": (_("Oldest first"), ("id",)),
    }
    columns = (
        link(
            _("Row"),
            lambda d: f"{d.delivery.file_name} · {d.line}",
            lambda d: reverse("bill_doubt", args=[d.pk]),
        ),
        text(_("Reason"), lambda d: d.get_reason_display()),
        text(_("What is wrong"), lambda d: d.fault),
        text(_("Person in the row"), _person_of_row),
        text(_("Total cost"), total, css="yz-money"),
        text(_("Source of bills"), lambda d: d.delivery.source),
        text(_("In doubt since"), lambda d: _moment(d.delivery.started_at), css="yz-nowrap"),
        text(_("Outcome"), _outcome),
    )

    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[ANY, *BillInDoubt.Reason.choices]
    )
    age = forms.ChoiceField(label=_("Age"), required=False, choices=[ANY, *AGES])
    delivery = forms.IntegerField(required=False, widget=forms.HiddenInput)
    settled = forms.BooleanField(label=_("Settled ones, too"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "delivery__source": wanted["source"],
            "reason": wanted["reason"],
            "delivery": wanted["delivery"],
        }
        rows = rows.filter(**{field: value for field, value in exact.items() if value})
        if wanted["age"]:
            before = now() - timedelta(days=int(wanted["age"]))
            rows = rows.filter(delivery__started_at__lt=before)
        return rows if wanted["settled"] else rows.filter(settled_at__isnull=True)


def _person(bill: Any) -> Any:
    address = reverse("person_costs", args=[bill.person_id])
    return format_html('<a href="{}">{}</a>', address, bill.person.name)


BILL_COLUMNS: tuple[Column, ...] = (
    link(
        _("Settled on"),
        lambda b: b.settled_on.isoformat(),
        lambda b: reverse("bill", args=[b.pk]),
    ),
    text(_("Name"), lambda b: b.person.name, _person, css="yz-nowrap"),
    text(_("Id number"), lambda b: mask_id(b.person.id_number), css="yz-nowrap"),
    text(_("Hospital"), lambda b: b.institution),
    text(_("Setting"), lambda b: b.get_setting_display()),
    amount(_("Total cost"), lambda b: b.total),
    amount(_("In-scope cost"), lambda b: b.in_scope),
    amount(_("Insurance"), lambda b: b.insurance),
    amount(_("Medical assistance"), lambda b: b.assistance),
)


# Every warning by which a person has to decide what is due.
PERSON = "person"


class BillList(ListForm):
    subject = "bills"
    empty = _("No bill matches.")
    orderings = {
        "newest": (_("Newest first"), ("-settled_on", "-id")),
        "oldest": (_("Oldest first"), ("settled_on", "id")),
    }
    columns = BILL_COLUMNS

    first = date_field(label=_("Settled from"), required=False)
    last = date_field(label=_("Settled until"), required=False)
    setting = forms.ChoiceField(label=_("Setting"), required=False, choices=[ANY, *Setting.choices])
    warning = forms.ChoiceField(
        label=_("Warning"),
        required=False,
        choices=[ANY, (PERSON, _("A person decides what is due")), *BillWarning.Kind.choices],
    )
    q = forms.CharField(label=_("Person or hospital"), required=False, max_length=60)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "settled_on__gte": wanted["first"],
            "settled_on__lte": wanted["last"],
            "setting": wanted["setting"],
        }
        rows = rows.filter(**{field: value for field, value in exact.items() if value})
        if kind := wanted["warning"]:
            kinds = BillWarning.OF_A_PERSON if kind == PERSON else [kind]
            warned = BillWarning.objects.filter(kind__in=kinds)
            rows = rows.filter(pk__in=warned.values("settlement"), reversed_by__isnull=True)
        words = wanted["q"].strip()
        if not words:
            return rows
        return rows.filter(
            Q(person__name__contains=words)
            | Q(person__pinyin_key__contains=words.lower())
            | Q(institution__contains=words)
        )


def _what(warning: Any) -> str:
    if warning.said:
        return str(warning.said)
    if warning.kind not in (BillWarning.Kind.IDENTITY, BillWarning.Kind.NAME):
        return ""
    if warning.place is None:
        # A file must not tell the name of somebody else's person for his number.
        return str(warning.settlement.person.name) if warning.is_own else ""
    rules = read_definition(warning.delivery.version.text).in_force(warning.settlement.settled_on)
    return identity(rules, warning.place) if rules else ""


class WarningList(ListForm):
    subject = "warnings of a delivery of bills"
    empty = _("No bill of this delivery has a warning.")
    orderings = {"file": (_("In the order of booking"), ("id",))}
    columns = (
        link(
            _("Bill"),
            lambda w: f"{w.settlement.settled_on} {w.settlement.institution}",
            lambda w: reverse("bill", args=[w.settlement_id]),
        ),
        text(_("Warning"), lambda w: w.get_kind_display()),
        text(_("What is wrong"), _what),
        amount(_("Total cost"), lambda w: w.settlement.total),
    )

    kind = forms.ChoiceField(
        label=_("Warning"), required=False, choices=[ANY, *BillWarning.Kind.choices]
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        kind = self.cleaned_data["kind"]
        return rows.filter(kind=kind) if kind else rows


class FeeLineList(ListForm):
    subject = "fee lines of a bill"
    empty = _("The sender has sent no fee lines of this bill.")
    orderings = {
        "file": (_("In the order of booking"), ("id",)),
        "amount": (_("Largest first"), ("-amount", "-id")),
    }
    columns = (
        text(_("Line"), lambda f: f.number, css="yz-nowrap"),
        day(_("Day"), lambda f: f.occurred_on),
        text(_("Item"), lambda f: f.name),
        text(_("Class"), lambda f: f.level),
        text(_("Quantity"), lambda f: f"{f.quantity.normalize():f}", css="yz-money"),
        amount(_("Amount (yuan)"), lambda f: f.amount),
        amount(_("Outside the catalogue"), lambda f: f.outside),
        amount(_("Above the limit price"), lambda f: f.over_limit),
        amount(_("Own share before insurance"), lambda f: f.paid_first),
        amount(_("In-scope cost"), lambda f: f.in_scope),
    )

    q = forms.CharField(label=_("Item"), required=False, max_length=60)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        words = self.cleaned_data["q"].strip()
        return rows.filter(name__contains=words) if words else rows
