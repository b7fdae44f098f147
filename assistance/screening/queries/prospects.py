"""Who may qualify for help and has not applied: found by sets of the accounts, never bill by bill."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from assistance.accounts.models import Agency, User
from assistance.accounts.scope import scope_of
from assistance.calculation import DeadlineFacts, deadline
from assistance.cases.models import Application
from assistance.cases.queries.estimates import POLICY
from assistance.cases.states import State
from assistance.entitlements.models import MONTHS, PersonYear
from assistance.payments.models import FundYear, Programme
from assistance.policies.queries import NoPolicy, pack_of, version_in_force
from assistance.registry.models import Enrolment, Person, RecipientSpan
from assistance.registry.queries import in_force
from assistance.registry.queries.duties import ROOT
from assistance.screening.models import Prospect
from assistance.screening.permissions import PROSPECT_READERS
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
    return [year for year in (on.year - 1, on.year) if _is_open(year, on)]


def _is_open(year: int, on: date) -> bool:
    try:
        pack = pack_of(version_in_force(POLICY, on=date(year, 12, 31)))
    except NoPolicy:
        return False
    last = deadline(DeadlineFacts(received_on=None, settlement_year=year), pack).deadline
    return last is not None and on <= last


def not_applied(people: QuerySet[Person], year: int) -> QuerySet[Person]:
    """Without a case of the year, except one that was withdrawn; the living, each human once."""
    cases = Application.objects.filter(programme=Programme.JINGNING, benefit_year=year)
    cases = cases.exclude(state=State.WITHDRAWN).annotate(root=ROOT)
    alive = people.filter(died_on__isnull=True, merged_into__isnull=True)
    return alive.exclude(pk__in=cases.order_by().values("root"))


def offered() -> QuerySet[Person]:
    """The people of the agencies that offer the programme."""
    return Person.objects.filter(agency__in=offering(Programme.JINGNING))


def entitled() -> QuerySet[Person]:
    """The people of the agencies that offer it, and of those that draw up lists and settle assistance with the bill."""
    return Person.objects.filter(
        Q(agency__in=offering(Programme.JINGNING)) | Q(agency__list_office__isnull=False)
    )


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
