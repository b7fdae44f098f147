"""The five indicators of ZS22 一(二) of an agency, counted from its rows (AMB-28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from assistance.accounts.models import Agency
from assistance.calculation import Indicator, Metric, Pack, PolicyValue, kpi
from assistance.policies.queries import pack_of
from assistance.registry.models import Enrolment, Person, RecipientSpan
from assistance.registry.queries import in_force
from assistance.registry.queries.duties import ROOT, recognised
from assistance.screening.models import BottomLineCase, Period
from assistance.screening.queries.bottom_line import resolved_of
from assistance.screening.queries.documents import document_of
from assistance.screening.states import ListKind, ReviewState
from assistance.settlements.models import LaterPayment, Settlement
from assistance.settlements.queries import entitled_between, unassisted_between
from assistance.settlements.recount import COUNTED_PAYERS
from assistance.shared.money import ZERO, to_fen

MONEY = frozenset({Metric.COMPREHENSIVE_COVERAGE_RATE, Metric.PERSONAL_BURDEN_RATE})
M = TypeVar("M", Settlement, LaterPayment)
PAYERS = ("basic", "supplementary", "big_illness", "assistance")


@dataclass(frozen=True, slots=True)
class Rate:
    """An indicator with its figures: people, or fen of `MONEY`."""

    metric: Metric
    numerator: int
    denominator: int
    found: Indicator
    target: PolicyValue


def indicators(agency: Agency, on: date) -> list[Rate]:
    """From 1 January up to `on`, by the document in force then; none where it sets no targets. Raises NoPolicy.

    Insured are the recipients of the day who are not in employee insurance; assisted those of the year with
    in-scope cost of their own; resolved the cases of the newest bottom-line list; cost is that of bills settled
    while recognised, after all payers that lower a burden.
    """
    pack = pack_of(document_of(agency, on))
    start = pack.start_of("kpi")
    if start is None or start.first_day > on:
        return []
    total, own = _cost(agency, pack, on)
    figures = {
        Metric.ENROLMENT_RATE: _insured(agency, on),
        Metric.ASSISTANCE_RATE: _assisted(agency, on),
        Metric.HIGH_COST_RESOLUTION_RATE: _resolved(agency, pack, on),
        Metric.COMPREHENSIVE_COVERAGE_RATE: (total - own, total),
        Metric.PERSONAL_BURDEN_RATE: (own, total),
    }
    return [
        Rate(metric, part, of, kpi(metric, part, of, pack, on), pack.get(f"kpi.{metric}", on=on))
        for metric, (part, of) in figures.items()
    ]


def _insured(agency: Agency, on: date) -> tuple[int, int]:
    insured = in_force(Enrolment.objects.all(), on).annotate(root=ROOT).order_by()
    resident = insured.filter(kind=Enrolment.Kind.RESIDENT).values("root")
    elsewhere = insured.exclude(kind=Enrolment.Kind.RESIDENT).exclude(root__in=resident)
    people = recognised(Person.objects.filter(agency=agency), on)
    due = people.exclude(pk__in=elsewhere.values("root"))
    return due.filter(pk__in=resident).count(), due.count()


def _assisted(agency: Agency, on: date) -> tuple[int, int]:
    people, first = Person.objects.filter(agency=agency), date(on.year, 1, 1)
    due = entitled_between(people, first, on).count()
    return due - unassisted_between(people, first, on).count(), due


def _resolved(agency: Agency, pack: Pack, on: date) -> tuple[int, int]:
    """Of the newest quarter that is reviewed; of who stands on its list and a supplement the later case."""
    cases = BottomLineCase.objects.exclude(list__state=ReviewState.SUPERSEDED)
    periods = Period.objects.filter(
        agency=agency, kind=ListKind.BOTTOM_LINE, year=on.year, last_day__lte=on
    )
    reviewed = periods.filter(Exists(cases.filter(list__run__period=OuterRef("pk"))))
    newest = reviewed.order_by("-last_day").first()
    if newest is None:
        return 0, 0
    of_period = cases.filter(list__run__period=newest)
    latest = of_period.annotate(root=ROOT).order_by().values("root").annotate(last=Max("id"))
    return resolved_of(BottomLineCase.objects.filter(pk__in=latest.values("last")), pack, on)


def _cost(agency: Agency, pack: Pack, on: date) -> tuple[int, int]:
    """Cost of recipients and what of it they bore, in fen: of the whole cost or of that in scope, as the pack says."""
    in_scope = pack.says("kpi_denominator", "in_scope")
    bills = Settlement.objects.filter(
        person__agency=agency, benefit_year=on.year, settled_on__lte=on
    )
    bills = _of_recipients(bills.annotate(day=F("settled_on")))
    column = "in_scope" if in_scope else "total"
    sums = bills.aggregate(**{f"of_{one}": Sum(one, default=ZERO) for one in (column, *PAYERS)})
    total: Decimal = sums[f"of_{column}"]
    paid = sum((sums[f"of_{one}"] for one in PAYERS), ZERO) + _later(agency, on, in_scope=in_scope)
    return to_fen(total), to_fen(min(total, max(ZERO, total - paid)))


def _later(agency: Agency, on: date, *, in_scope: bool) -> Decimal:
    """What further payers gave, counted on the day of its bill, or else on its own."""
    day = Coalesce("settlement__settled_on", Greatest("paid_on", Value(date(on.year, 1, 1))))
    rows = LaterPayment.objects.filter(
        person__agency=agency, benefit_year=on.year, payer__in=COUNTED_PAYERS
    )
    amount = Coalesce("in_scope_part", "amount") if in_scope else F("amount")
    counted = _of_recipients(rows.annotate(day=day).filter(day__lte=on))
    found: Decimal = counted.aggregate(sum=Sum(amount, default=ZERO))["sum"]
    return found


def _of_recipients(rows: QuerySet[M]) -> QuerySet[M]:
    """The rows whose person was recognised on their `day`."""
    held = RecipientSpan.objects.annotate(root=ROOT).filter(
        Q(last_day__isnull=True) | Q(last_day__gte=OuterRef("day")),
        root=OuterRef("root"),
        voided_at__isnull=True,
        first_day__lte=OuterRef("day"),
    )
    return rows.annotate(root=ROOT).filter(Exists(held))
