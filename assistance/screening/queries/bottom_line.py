"""Cases of the bottom-line list: the facts, other aid without counting it twice, the figures, the indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.calculation import (
    BottomLinePerson,
    Category,
    Indicator,
    Metric,
    Pack,
    Span,
    kpi,
)
from assistance.entitlements.models import Bucket, PersonYear
from assistance.entitlements.queries import granted
from assistance.policies.queries import pack_of
from assistance.registry.models import Person, RecipientSpan
from assistance.registry.queries import held_by
from assistance.registry.queries.duties import ROOT
from assistance.screening.meeting_permissions import BOTTOM_LINE_READERS
from assistance.screening.models import (
    BottomLineCase,
    BottomLineList,
    ListRun,
    Resolution,
)
from assistance.screening.queries.runs import WHOLE
from assistance.screening.states import (
    RESOLVED_WITHOUT,
    BottomLineState,
    Finding,
    ListKind,
    ReviewState,
    RunKind,
    RunState,
)
from assistance.settlements.models import LaterPayment, OtherAid, Payer, Settlement
from assistance.settlements.queries import aid_of_year, bills_of_year
from assistance.settlements.queries.payers import later_on_bills
from assistance.shared.money import ZERO, from_fen, to_fen

ONE_DAY = timedelta(days=1)
# What unions and civil affairs send in files of their own has not lowered the burden, as insurers' money has.
GIVERS_OF_PAYERS = {
    Payer.UNION: OtherAid.Giver.UNION.value,
    Payer.CIVIL: OtherAid.Giver.GOVERNMENT.value,
}
SUBSIDY = "subsidy"
_KNOWN = frozenset(category.value for category in Category)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What an answer rests on: the burden as counted, what of it is not reasonable, and the person's facts."""

    run_date: date
    burden: int
    not_reasonable: int
    person: BottomLinePerson


@dataclass(frozen=True, slots=True, kw_only=True)
class AidItem:
    """One help from elsewhere; `aid` where it is a row that can be left out, `twin` a file's payment like it."""

    giver: str
    label: str | Promise
    amount: Decimal
    given_on: date | None
    paper: str
    aid: OtherAid | None = None
    left_out: str = ""
    twin: bool = False
    scan: int | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """化解率 of a list: whoever is no longer above the limit, of all listed (B-18)."""

    listed: int
    resolved: int
    indicator: Indicator

    @property
    def percent(self) -> str:
        """With two decimals; the comparison with the target is never of this."""
        return f"{from_fen(self.indicator.rate or 0)}"


def lists_visible_to(user: User) -> QuerySet[BottomLineList]:
    rows = BottomLineList.objects.select_related("run__period__agency", "sealed_by", "opened_by")
    if not user.has_role(*BOTTOM_LINE_READERS):
        return rows.none()
    return scope_of(user).filter(rows, agency="run__period__agency", township=None)


def cases_visible_to(user: User) -> QuerySet[BottomLineCase]:
    rows = BottomLineCase.objects.select_related(
        "person__township", "entry__category", "entry__township", "list__run__period__agency"
    )
    if not user.has_role(*BOTTOM_LINE_READERS):
        return rows.none()
    return scope_of(user).filter(rows, agency="list__run__period__agency", township=None)


def runs_to_review(user: User) -> QuerySet[ListRun]:
    """Finished bottom-line lists whose review nobody has begun and whom no newer or sealed list has replaced."""
    rows = ListRun.objects.select_related("period__agency").filter(
        period__kind=ListKind.BOTTOM_LINE, state=RunState.DONE, review__isnull=True
    )
    if not user.has_role(*BOTTOM_LINE_READERS):
        return rows.none()
    rows = rows.exclude(kind=RunKind.TRIAL).exclude(replaced()).annotate(people=Count("entries"))
    return scope_of(user).filter(rows, agency="period__agency", township=None).order_by("-id")


def replaced() -> Q:
    """Condition on runs: whole lists of a quarter for which a newer one is drawn up or any is sealed."""
    of_quarter = ListRun.objects.filter(kind__in=WHOLE, period=OuterRef("period"))
    newer = of_quarter.filter(state=RunState.DONE, pk__gt=OuterRef("pk"))
    sealed = of_quarter.filter(review__state=ReviewState.SEALED)
    return Q(kind__in=WHOLE) & (Exists(newer) | Exists(sealed))


def burden_by(person: Person, day: date) -> Decimal:
    """In-scope cost of the year up to `day` that no payer has borne, on all records of the human; in yuan."""
    years = held_by(PersonYear.objects.filter(year=day.year), person)
    total = sum(months[day.month - 1] for months in years.values_list("own_in_scope", flat=True))
    return from_fen(max(0, total))


def borne_of(bills: Iterable[Settlement]) -> dict[int, Decimal]:
    """What insurers, assistance and later payers leave of each bill's in-scope cost, in yuan; two queries at most."""
    bills = list(bills)
    later = later_on_bills([bill.pk for bill in bills])
    found = {}
    for bill in bills:
        paid = later.get(bill.pk, {})
        insured = sum(fen for payer, fen in paid.items() if payer not in GIVERS_OF_PAYERS)
        left = bill.in_scope - bill.insurance - bill.assistance - from_fen(insured)
        found[bill.pk] = max(ZERO, left)
    return found


def facts_of(case: BottomLineCase, *, without: str = "") -> CaseFacts:
    """The facts of a case as they are known now; a grant booked under `without` is left out.

    What lowers the burden after the list was drawn up counts at once; what raises it comes by a
    supplementary list, since the entry is what was listed.
    """
    period = case.list.run.period
    listed, now = case.entry.own_in_scope, burden_by(case.person, period.last_day)
    burden = to_fen(min(listed, now))
    unreasonable = min(burden, to_fen(_marked(case)))
    paid = granted(case.person, period.last_day.year, Bucket.BOTTOM_LINE, without=without)
    person = BottomLinePerson(
        id=case.number,
        burden=burden - unreasonable,
        status=_status(case.person),
        other_aid=_aid_sums(case),
        paid_before=to_fen(max(paid, ZERO)),
        died_on=case.person.died_on,
    )
    return CaseFacts(period.last_day + ONE_DAY, burden, unreasonable, person)


def _marked(case: BottomLineCase) -> Decimal:
    """What of the marks the person still bears: a bill that was reversed or paid later has left the burden itself."""
    marks = dict(case.marks.filter(withdrawn_at__isnull=True).values_list("bill", "amount"))
    if not marks:
        return ZERO
    last_day = case.list.run.period.last_day
    bills = bills_of_year(case.person, last_day.year)
    borne = borne_of(bills.filter(pk__in=marks, settled_on__lte=last_day))
    return sum((min(marks[bill], left) for bill, left in borne.items()), ZERO)


def aid_items(case: BottomLineCase) -> list[AidItem]:
    """Help of the year: entered here or at the person, in files of payers, and the county's own subsidy.

    A row that looks like a payment of a file (same giver and amount) is shown as its possible twin.
    """
    person, year = case.person, case.list.run.period.last_day.year
    found = [*_sent(person, year), *_subsidy(person, year)]
    sent = Counter((item.giver, item.amount) for item in found)
    rows = {row.aid_id: row for row in case.aid.all()}
    for aid in aid_of_year(person, year):
        row = rows.get(aid.pk)
        found.append(
            AidItem(
                giver=aid.giver,
                label=aid.get_giver_display(),
                amount=aid.amount,
                given_on=aid.given_on,
                paper=aid.paper,
                aid=aid,
                left_out=row.left_out_because if row else "",
                twin=bool(sent[aid.giver, aid.amount]),
                scan=row.pk if row and row.paper_id else None,
            )
        )
    return found


def _sent(person: Person, year: int) -> list[AidItem]:
    rows = LaterPayment.objects.filter(benefit_year=year, payer__in=GIVERS_OF_PAYERS)
    standing = held_by(rows, person).filter(takes_back__isnull=True, taken_back_by__isnull=True)
    return [
        AidItem(
            giver=GIVERS_OF_PAYERS[Payer(row.payer)],
            label=row.get_payer_display(),
            amount=row.amount,
            given_on=row.paid_on,
            paper=row.source_id,
        )
        for row in standing.order_by("paid_on", "id")
    ]


def _subsidy(person: Person, year: int) -> list[AidItem]:
    """The county's high-expense subsidy: the bottom line rests on it too."""
    amount = granted(person, year, Bucket.JINGNING)
    if amount <= ZERO:
        return []
    label = Bucket.JINGNING.label
    return [AidItem(giver=SUBSIDY, label=label, amount=amount, given_on=None, paper="")]


def _aid_sums(case: BottomLineCase) -> tuple[tuple[str, int], ...]:
    sums: Counter[str] = Counter()
    for item in aid_items(case):
        if not item.left_out:
            sums[item.giver] += to_fen(item.amount)
    return tuple(sorted(sums.items()))


def _status(person: Person) -> tuple[Span, ...]:
    spans = held_by(RecipientSpan.objects.filter(voided_at__isnull=True), person)
    rows = spans.order_by("first_day", "id").values_list("category__code", "first_day", "last_day")
    return tuple(
        Span(
            # A category that the county added itself is a recipient's, too (AMB-33).
            category=Category(code) if code in _KNOWN else Category.OTHER,
            first_day=first,
            last_day=last,
        )
        for code, first, last in rows
    )


def resolved_rate(reviewed: BottomLineList) -> Resolved:
    """Resolved / listed of a list, compared with the target of ZS22 一(二)."""
    run = reviewed.run
    pack, last_day = pack_of(run.version), run.period.last_day
    resolved, listed = resolved_of(reviewed.cases.all(), pack, last_day)
    metric = Metric.HIGH_COST_RESOLUTION_RATE
    return Resolved(listed, resolved, kpi(metric, resolved, listed, pack, last_day))


def resolved_of(cases: QuerySet[BottomLineCase], pack: Pack, day: date) -> tuple[int, int]:
    """How many of the cases are resolved, their final burden at the limit or below (AMB-28), and how many count."""
    # Whoever the review found not to belong on the list was not listed.
    listed = cases.exclude(finding=Finding.EXCLUDED)
    limit = from_fen(pack.get("bottom_line.limit", on=day).number)
    given = Resolution.objects.filter(
        case=OuterRef("pk"), award__isnull=False, sent_back_at__isnull=True
    )
    left = F("burden") - F("not_reasonable") - F("paid_before") - F("other_aid")
    listed = listed.annotate(left=left - Subquery(given.values("amount")[:1]))
    done = Q(finding__in=RESOLVED_WITHOUT) | Q(state=BottomLineState.AWARDED, left__lte=limit)
    counts = listed.aggregate(all=Count("id"), done=Count("id", filter=done))
    return counts["done"], counts["all"]


def earlier_case(case: BottomLineCase) -> BottomLineCase | None:
    """The case of the same human on the list before of the same year, one that was replaced included."""
    year = case.list.run.period.year
    rows = held_by(BottomLineCase.objects.filter(list__run__period__year=year), case.person)
    return rows.filter(pk__lt=case.pk).order_by("-id").first()


def help_entered_by(reviewed: BottomLineList, user: User) -> QuerySet[OtherAid]:
    """Aid of the year that the user typed for somebody on the list, at a case or at the person."""
    entered = OtherAid.objects.filter(
        benefit_year=reviewed.run.period.year, entered_by=user
    ).annotate(root=ROOT)
    listed = reviewed.cases.annotate(root=ROOT)
    return entered.filter(root__in=listed.order_by().values("root"))
