"""The indicators of ZS22 一(二), and the two of LX20, WZ19 and ZS19 (两个百分百), of an agency or a city, counted from its rows (AMB-28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least, TruncDate

from assistance.accounts.models import Agency
from assistance.calculation import Indicator, Metric, Pack, PolicyValue, kpi
from assistance.entitlements.models import Bucket, Entry
from assistance.policies.queries import pack_of
from assistance.registry.models import Enrolment, Person, RecipientSpan
from assistance.registry.queries import in_force
from assistance.registry.queries.duties import ROOT, recognised
from assistance.screening.models import BottomLineCase, Period
from assistance.screening.queries.bottom_line import resolved_of
from assistance.screening.queries.documents import document_of
from assistance.screening.states import ListKind, ReviewState
from assistance.settlements.models import LaterPayment, OtherAid, Settlement
from assistance.settlements.queries import entitled_between, unassisted_between
from assistance.settlements.recount import COUNTED_PAYERS
from assistance.shared.money import ZERO, to_fen

MONEY = frozenset({Metric.COMPREHENSIVE_COVERAGE_RATE, Metric.PERSONAL_BURDEN_RATE})
Figures = tuple[int, int]
M = TypeVar("M", Settlement, LaterPayment, OtherAid)
PAYERS = ("basic", "supplementary", "big_illness", "assistance")


@dataclass(frozen=True, slots=True)
class Rate:
    """An indicator with its figures: people, or fen of `MONEY`."""

    metric: Metric
    numerator: int
    denominator: int
    found: Indicator
    target: PolicyValue


def indicators(agencies: Sequence[Agency], on: date) -> list[Rate]:
    """From 1 January up to `on`, by the document of the first of `agencies` in force then, of all of them together
    (of several by the city's, never by a county's own); none where it sets no targets, and only those it sets. Raises NoPolicy.

    Insured are the recipients of the day who are not in employee insurance; assisted those of the year with
    in-scope cost of their own; resolved the cases of the newest bottom-line list; cost is that of bills settled
    while recognised, after everybody who paid for it (AMB-28).
    """
    pack = pack_of(document_of(agencies[0], on, own=len(agencies) == 1))
    start = pack.start_of("kpi")
    if start is None or start.first_day > on:
        return []
    targets = {metric: pack.find(f"kpi.{metric}", on=on) for metric in Metric}
    total, own = _cost(agencies, pack, on) if any(targets[one] for one in MONEY) else (0, 0)
    figures: dict[Metric, Callable[[], Figures]] = {
        Metric.ENROLMENT_RATE: lambda: _insured(agencies, on),
        Metric.ASSISTANCE_RATE: lambda: _assisted(agencies, on),
        Metric.HIGH_COST_RESOLUTION_RATE: lambda: _resolved(agencies, pack, on),
        Metric.COMPREHENSIVE_COVERAGE_RATE: lambda: (total - own, total),
        Metric.PERSONAL_BURDEN_RATE: lambda: (own, total),
    }
    return [
        _rate(metric, figures[metric](), pack, on, target)
        for metric, target in targets.items()
        if target is not None
    ]


def _rate(metric: Metric, figures: Figures, pack: Pack, on: date, target: PolicyValue) -> Rate:
    return Rate(metric, *figures, kpi(metric, *figures, pack, on), target)


def _insured(agencies: Sequence[Agency], on: date) -> Figures:
    insured = in_force(Enrolment.objects.all(), on).annotate(root=ROOT).order_by()
    resident = insured.filter(kind=Enrolment.Kind.RESIDENT).values("root")
    elsewhere = insured.exclude(kind=Enrolment.Kind.RESIDENT).exclude(root__in=resident)
    people = recognised(Person.objects.filter(agency__in=agencies), on)
    due = people.exclude(pk__in=elsewhere.values("root"))
    return due.filter(pk__in=resident).count(), due.count()


def _assisted(agencies: Sequence[Agency], on: date) -> Figures:
    people, first = Person.objects.filter(agency__in=agencies), date(on.year, 1, 1)
    due = entitled_between(people, first, on).count()
    return due - unassisted_between(people, first, on).count(), due


def _resolved(agencies: Sequence[Agency], pack: Pack, on: date) -> Figures:
    found = [_resolved_of(agency, pack, on) for agency in agencies]
    return sum(one[0] for one in found), sum(one[1] for one in found)


def _resolved_of(agency: Agency, pack: Pack, on: date) -> Figures:
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


def _cost(agencies: Sequence[Agency], pack: Pack, on: date) -> Figures:
    """Cost of recipients and what of it they bore, in fen: of the whole cost or of that in scope, as the pack says.

    Insurers, funds and assistance are taken off first; of what is left, the help of others (unions, civil
    affairs, charities, the bottom line), of each person no more than he bore.
    """
    in_scope = pack.says("kpi_denominator", "in_scope")
    column = "in_scope" if in_scope else "total"
    bills = Settlement.objects.filter(
        person__agency__in=agencies, benefit_year=on.year, settled_on__lte=on
    )
    bills = _of_recipients(bills.annotate(day=F("settled_on")))
    amount: Any = Coalesce("in_scope_part", "amount") if in_scope else F("amount")
    paid = _later(agencies, on).annotate(part=amount)
    counted = paid.filter(payer__in=COUNTED_PAYERS)
    sums = bills.aggregate(**{f"of_{one}": Sum(one, default=ZERO) for one in (column, *PAYERS)})
    total: Decimal = sums[f"of_{column}"]
    own = total - sum((sums[f"of_{one}"] for one in PAYERS), ZERO)
    own -= counted.aggregate(sum=Sum("part", default=ZERO))["sum"]
    helped = _helped(agencies, on, paid.exclude(payer__in=COUNTED_PAYERS))
    left: Any = F(column) - F("basic") - F("supplementary") - F("big_illness") - F("assistance")
    borne = _added(
        _sums(_only(bills, helped), left), _sums(_only(counted, helped), F("part") * Value(-1))
    )
    for human, part in helped.items():
        own -= max(ZERO, min(part, borne.get(human, ZERO)))
    return to_fen(total), to_fen(min(total, max(ZERO, own)))


def _later(agencies: Sequence[Agency], on: date) -> QuerySet[LaterPayment]:
    """What further payers gave, counted on the day of its bill, or else on its own."""
    day = Coalesce("settlement__settled_on", _in_year("paid_on", on.year))
    rows = LaterPayment.objects.filter(person__agency__in=agencies, benefit_year=on.year)
    return _of_recipients(rows.annotate(day=day).filter(day__lte=on))


def _helped(
    agencies: Sequence[Agency], on: date, paid: QuerySet[LaterPayment]
) -> dict[int, Decimal]:
    """Yuan for every human who was helped with what he bore: by `paid`, by others, and by the bottom line."""
    aid = OtherAid.objects.filter(
        person__agency__in=agencies, benefit_year=on.year, voided_at__isnull=True
    )
    aid = aid.annotate(day=_in_year("given_on", on.year)).filter(day__lte=on)
    entries = Entry.objects.filter(
        account__person__agency__in=agencies,
        account__year=on.year,
        bucket=Bucket.BOTTOM_LINE,
    )
    root = Coalesce("account__person__merged_into_id", "account__person_id")
    granted = entries.annotate(day=_in_year(TruncDate("at"), on.year), root=root)
    return _added(
        _sums(paid, F("part")),
        _sums(_of_recipients(aid), F("amount")),
        _sums(granted.filter(day__lte=on), F("amount")),
    )


def _only(rows: QuerySet[Any], humans: Iterable[int]) -> QuerySet[Any]:
    return rows.filter(root__in=list(humans))


def _added(*parts: dict[int, Decimal]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(Decimal)
    for part in parts:
        for human, amount in part.items():
            found[human] += amount
    return found


def _sums(rows: QuerySet[Any], amount: Any) -> dict[int, Decimal]:
    found = rows.order_by().values("root").annotate(sum_of_root=Sum(amount))
    return dict(found.values_list("root", "sum_of_root"))


def _in_year(day: Any, year: int) -> Least:
    """What was given after the year for its cost counts on its last day, or on its first."""
    return Least(Greatest(day, Value(date(year, 1, 1))), Value(date(year, 12, 31)))


def _of_recipients(rows: QuerySet[M]) -> QuerySet[M]:
    """The rows whose person was recognised on their `day`."""
    held = RecipientSpan.objects.annotate(root=ROOT).filter(
        Q(last_day__isnull=True) | Q(last_day__gte=OuterRef("day")),
        root=OuterRef("root"),
        voided_at__isnull=True,
        first_day__lte=OuterRef("day"),
    )
    return rows.annotate(root=ROOT).filter(Exists(held))
