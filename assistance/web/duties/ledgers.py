"""The ledgers of the trade, column by column: premiums paid for recipients, and assistance bill by bill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import BigIntegerField, Case, F, Prefetch, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.registry.models import (
    Duty,
    DutyNote,
    Enrolment,
    Person,
    RecipientSpan,
    Residence,
    Subsidy,
)
from assistance.registry.permissions import may_work_on_lists
from assistance.registry.queries import in_force
from assistance.registry.queries.duties import ROOT
from assistance.screening.models import HuiminPolicy
from assistance.screening.queries.documents import agencies_of_whole_premiums
from assistance.shared.masking import mask_id
from assistance.web.choices import townships_in_scope
from assistance.web.duties.joined import of_all, with_joined
from assistance.web.forms.lists import years
from assistance.web.lists import ListForm, amount, day, link, text


class LedgerForm(ListForm):
    """A year and a township, in every ledger."""

    year = forms.ChoiceField(label=_("Year"), required=False)
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year, township = self.fields["year"], self.fields["township"]
        assert isinstance(year, forms.ChoiceField)
        assert isinstance(township, forms.ModelChoiceField)
        year.choices = [("", _("This year")), *years()[1:]]
        township.queryset = townships_in_scope(self.user)

    @property
    def chosen_year(self) -> int:
        return int(self.cleaned_data.get("year") or localdate().year)


def _yes(answer: bool) -> str:
    return gettext("Yes") if answer else gettext("No")


def _names(spans: Sequence[RecipientSpan]) -> str:
    return "、".join(dict.fromkeys(span.category.name for span in spans))


def _paid(person: Any) -> Subsidy | None:
    return next(iter(of_all(person, "paid")), None)


def _paid_amount(person: Any) -> Decimal | None:
    row = _paid(person)
    return None if row is None else row.basic + row.big_illness


def _premium(person: Any) -> Decimal | None:
    """What the public paid is the premium only where it pays the whole of it."""
    return _paid_amount(person) if person.pays_whole else None


def _huimin(person: Any, field: str) -> Any:
    row = next(iter(of_all(person, "bought")), None)
    return None if row is None else getattr(row, field)


def _huimin_link(person: Any) -> str:
    """It leads those who record it to where a wrong entry is voided."""
    row = _huimin(person, "pk")
    if row is None:
        return ""
    if person.agency_id != person.works_at:
        return str(_huimin(person, "policy"))
    url = reverse("void_huimin", args=[row])
    return format_html('<a href="{}">{}</a>', url, _huimin(person, "policy"))


def _subsidised_as(person: Any) -> str:
    row = _paid(person)
    return (
        ""
        if row is None
        else _names([s for s in of_all(person, "spans") if _holds(s, row.paid_on)])
    )


def _holds(span: RecipientSpan, on: date) -> bool:
    return span.first_day <= on and (span.last_day is None or span.last_day >= on)


def _spans(person: Any) -> list[RecipientSpan]:
    """Those of the year; of who lost his status before it began, those of its eve."""
    return of_all(person, "spans") or of_all(person, "before")


def _first(person: Any) -> date | None:
    return min((span.first_day for span in _spans(person)), default=None)


def _last(person: Any) -> date | None:
    days = [span.last_day for span in _spans(person)]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _change(person: Any) -> str:
    """新增, 变更 or 取消 in the year; nothing for who was and stays what he is."""
    year = person.ledger_year
    first, last = _first(person), _last(person)
    if first is None or (last is not None and last.year <= year):
        return gettext("Identity cancelled")
    if first.year == year:
        return gettext("Added")
    changed = any(span.first_day.year == year for span in of_all(person, "spans"))
    return gettext("Changed") if changed else ""


def _kinds(person: Any) -> str:
    return "、".join(dict.fromkeys(e.get_kind_display() for e in of_all(person, "insured")))


def _elsewhere(person: Any) -> str:
    outside = [
        e.county.name for e in of_all(person, "insured") if e.county_id != person.agency_county
    ]
    return "、".join(dict.fromkeys(outside))


def _notes(person: Any, field: str) -> str:
    if field == "outcome":
        return "、".join(
            note.get_outcome_display() for note in of_all(person, "notes") if note.outcome
        )
    return "；".join(note.note for note in of_all(person, "notes") if note.note)


def _is_due(person: Any) -> bool:
    """Recognised in the year or on its eve: a premium paid in autumn for who left before is told (AMB-46)."""
    return bool(_spans(person)) and any(
        e.kind == Enrolment.Kind.RESIDENT for e in of_all(person, "insured")
    )


class PremiumLedger(LedgerForm):
    """资助参保台账: everybody recognised in the year, or whose premium of it is paid, a line each."""

    subject = "ledger of premiums"
    empty = _("Nobody was recognised in this year.")
    orderings = {"name": (_("By name"), ("pinyin_key", "id"))}
    columns = (
        link(_("Name"), lambda p: p.name, lambda p: reverse("person", args=[p.pk])),
        text(_("Id number (ledger)"), lambda p: mask_id(p.id_number), css="yz-nowrap"),
        text(_("Township (ledger)"), lambda p: p.township.name, css="yz-nowrap"),
        text(
            _("Village (ledger)"), lambda p: p.homes[0].village if p.homes else "", css="yz-nowrap"
        ),
        text(_("Recognised as (ledger)"), lambda p: _names(of_all(p, "spans")), css="yz-nowrap"),
        text(_("Subsidised as"), _subsidised_as, css="yz-nowrap"),
        text(_("Change of identity"), _change),
        day(_("Taken in on"), _first),
        day(_("Cancelled on"), _last),
        day(_("Premium paid on"), lambda p: r.paid_on if (r := _paid(p)) else None),
        amount(_("Premium of resident insurance"), _premium),
        amount(_("Amount subsidised"), _paid_amount),
        text(_("Kind of insurance"), _kinds, css="yz-nowrap"),
        text(_("Insured"), lambda p: _yes(bool(of_all(p, "insured")))),
        text(_("Why not insured"), lambda p: _notes(p, "outcome")),
        text(_("Entitled to the subsidy"), lambda p: _yes(_is_due(p))),
        text(_("Subsidy received"), lambda p: _yes(_paid(p) is not None)),
        text(_("Way of the subsidy"), lambda p: r.get_way_display() if (r := _paid(p)) else ""),
        text(_("Insured outside the area"), _elsewhere),
        day(_("Death (ledger)"), lambda p: p.died_on),
        text(_("Remark by hand"), lambda p: _notes(p, "note")),
        amount(_("Huimin premium paid by the treasury"), lambda p: _huimin(p, "paid")),
        text(_("Huimin policy"), lambda p: _huimin(p, "policy") or "", _huimin_link),
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        year = self.chosen_year
        first, last = date(year, 1, 1), date(year, 12, 31)
        held = in_force(RecipientSpan.objects.all(), first, last).annotate(root=ROOT)
        paid = Subsidy.objects.filter(year=year, voided_at__isnull=True).annotate(root=ROOT)
        known = Q(pk__in=held.order_by().values("root")) | Q(pk__in=paid.order_by().values("root"))
        rows = rows.filter(known, merged_into__isnull=True)
        if self.cleaned_data["township"]:
            rows = rows.filter(township=self.cleaned_data["township"])
        works_at = (
            self.user.agency_id if may_work_on_lists(self.user, self.user.agency_id) else None
        )
        rows = rows.annotate(works_at=Value(works_at, output_field=BigIntegerField()))
        return _ledger_rows(rows, year, first, last)


def _ledger_rows(rows: QuerySet[Person], year: int, first: date, last: date) -> QuerySet[Person]:
    spans = RecipientSpan.objects.select_related("category").order_by("first_day", "id")
    homes = Residence.objects.exclude(village="").order_by("-first_day", "-id")
    whole = agencies_of_whole_premiums(min(last, localdate()))
    rows = rows.annotate(
        ledger_year=Value(year),
        agency_county=F("township__parent"),
        pays_whole=Case(When(agency__in=whole, then=True), default=False),
    )
    return with_joined(
        rows.prefetch_related(
            Prefetch("residences", homes.filter(voided_at__isnull=True), "homes"),
        ),
        Prefetch("recipient_spans", in_force(spans, first, last), "spans"),
        Prefetch("recipient_spans", in_force(spans, first - timedelta(days=1)), "before"),
        Prefetch(
            "enrolments",
            in_force(Enrolment.objects.select_related("county"), first, last),
            "insured",
        ),
        Prefetch("subsidies", Subsidy.objects.filter(year=year, voided_at__isnull=True), "paid"),
        Prefetch(
            "huimin_policies",
            HuiminPolicy.objects.filter(year=year, voided_at__isnull=True),
            "bought",
        ),
        Prefetch(
            "duty_notes", DutyNote.objects.filter(duty=Duty.INSURE, month__year=year), "notes"
        ),
    )
