"""Who may qualify for help and has not applied: found by sets of the accounts, never bill by bill."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from assistance.accounts.models import Agency, User
from assistance.accounts.scope import scope_of
from assistance.calculation import DeadlineFacts, deadline
from assistance.cases.models import Application, StatusChange
from assistance.cases.queries.estimates import POLICY, deadline_calendar
from assistance.cases.states import FINISHED, State
from assistance.entitlements.models import MONTHS, PersonYear
from assistance.payments.models import FundYear, Programme
from assistance.policies.queries import NoPolicy, pack_of, version_in_force
from assistance.registry.models import Enrolment, Person, RecipientSpan
from assistance.registry.queries import in_force
from assistance.registry.queries.duties import ROOT
from assistance.screening.models import Prospect
from assistance.screening.permissions import PROSPECT_READERS
from assistance.settlements.models import Settlement
from assistance.settlements.queries import unassisted

YEAR_END = f"own_total__{MONTHS - 1}"


def prospects_visible_to(user: User) -> QuerySet[Prospect]:
    """Prepared applications of the user's township or agency, for those who call, decide or watch."""
    rows = Prospect.objects.select_related("person", "township", "agency", "application")
    if not user.has_role(*PROSPECT_READERS):
        return rows.none()
    return scope_of(user).filter(rows)


def offering(programme: Programme) -> QuerySet[Agency]:
    """The agencies with a fund account for the programme."""
    accounts = FundYear.objects.filter(programme=programme, agency=OuterRef("pk"))
    return Agency.objects.filter(Exists(accounts)).order_by("id")


def offers(agency_id: int) -> bool:
    """Whether people apply for help at the agency."""
    return offering(Programme.JINGNING).filter(pk=agency_id).exists()


def open_years(on: date) -> list[int]:
    """The years of cost whose last day to apply has not passed, this year among them (JN21 二(三)2)."""
    return [year for year in (on.year - 1, on.year) if is_open(year, on)]


def is_open(year: int, on: date) -> bool:
    """Whether the cost of the year can still be applied for, by the county's calendar (B-09)."""
    try:
        pack = pack_of(version_in_force(POLICY, on=date(year, 12, 31)))
    except NoPolicy:
        return False
    facts = DeadlineFacts(received_on=None, settlement_year=year, calendar=deadline_calendar(year))
    last = deadline(facts, pack).deadline
    return last is not None and on <= last


def not_applied(people: QuerySet[Person], year: int) -> QuerySet[Person]:
    """Without a case of the year that was not withdrawn, or with cost of his own since the last one that was
    decided: the year is cumulated (JN21 二(三)2); the living, each human once."""
    cases = Application.objects.filter(programme=Programme.JINGNING, benefit_year=year)
    cases = cases.exclude(state=State.WITHDRAWN).annotate(root=ROOT)
    alive = people.filter(died_on__isnull=True, merged_into__isnull=True)
    known = Q(pk__in=cases.order_by().values("root"))
    return alive.filter(~known | Q(pk__in=_with_cost_since(cases, year)))


def _with_cost_since(cases: QuerySet[Any], year: int) -> list[int]:
    """Who has no case under way and a bill that stands, with cost of his own, settled since the last decided one was
    received or delivered since its decision."""
    newest: dict[int, date] = {}
    under_way = set(cases.exclude(state__in=FINISHED).values_list("root", flat=True))
    for root, received_on in cases.filter(state__in=FINISHED).values_list("root", "received_on"):
        newest[root] = max(received_on, newest.get(root, received_on))
    decided = _decided_at(cases)
    bills = Settlement.objects.filter(
        Q(person__in=newest) | Q(person__merged_into__in=newest),
        benefit_year=year,
        reverses__isnull=True,
        reversed_by__isnull=True,
        total__gt=F("basic") + F("supplementary") + F("big_illness") + F("assistance"),
    )
    later = bills.annotate(root=ROOT).order_by().values("root")
    found = later.annotate(last=Max("settled_on"), came=Max("entered_at"))
    return [
        root
        for root, last, came in found.values_list("root", "last", "came")
        if root not in under_way
        and (last > newest[root] or (root in decided and came > decided[root]))
    ]


def _decided_at(cases: QuerySet[Any]) -> dict[int, datetime]:
    """When the last of the finished cases of each human was decided, where a decision stands in the timeline."""
    of_finished = {"application__in": cases.filter(state__in=FINISHED), "to_state__in": FINISHED}
    root = Coalesce("application__person__merged_into_id", "application__person_id")
    decided = StatusChange.objects.filter(**of_finished).annotate(root=root).order_by()
    return dict(decided.values("root").annotate(last=Max("at")).values_list("root", "last"))


def offered() -> QuerySet[Person]:
    """The people of the agencies that offer the programme."""
    return Person.objects.filter(agency__in=offering(Programme.JINGNING))


def entitled(year: int, on: date) -> QuerySet[Person]:
    """The people of the agencies that offer it, while the year is open, and of those that draw up lists and settle
    assistance with the bill: there nobody applies, and no last day to do so counts."""
    applies = Q(agency__in=offering(Programme.JINGNING))
    if is_open(year, on):
        return Person.objects.filter(applies | Q(agency__list_office__isnull=False))
    return Person.objects.filter(~applies, agency__list_office__isnull=False)


def likely(people: QuerySet[Person], year: int, on: date) -> QuerySet[Person]:
    """Whose own cost of the year is above the deductible of his group on `on`, insured here and not applied.

    All own cost counts (AMB-49): whether it was therapeutic, and aid of others, a person finds out later.
    """
    last = date(year, 12, 31)
    pack = pack_of(version_in_force(POLICY, on=last))
    hardship, others = (
        _above(year, pack.get(f"deductible.{group}", on=last).number)
        for group in ("HARDSHIP", "OTHER_ILL")
    )
    held = in_force(RecipientSpan.objects.filter(category__is_hardship=True), on).annotate(
        root=ROOT
    )
    here = Q(county=OuterRef("township__parent")) | Q(county=OuterRef("township"))
    insured = in_force(Enrolment.objects.filter(here), date(year, 1, 1), last).annotate(root=ROOT)
    return not_applied(people, year).filter(
        Q(pk__in=others) | Q(pk__in=hardship, id__in=held.order_by().values("root")),
        Exists(insured.filter(root=OuterRef("pk"))),
    )


def _above(year: int, fen: int) -> QuerySet[Any, Any]:
    accounts = PersonYear.objects.filter(year=year).annotate(root=ROOT, own=F(YEAR_END))
    sums = accounts.order_by().values("root").annotate(sum=Sum("own"))
    return sums.filter(sum__gt=fen).values("root")


def without_aid(people: QuerySet[Person], month: date) -> QuerySet[Person]:
    """Recipients with cost and without assistance in the month, who have not applied (B-14)."""
    return unassisted(not_applied(people, month.year), month)
