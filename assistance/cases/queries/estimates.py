from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assistance.accounts.queries import calendar_exceptions
from assistance.calculation import (
    Calendar,
    CostItem,
    Exclusion,
    Group,
    Hukou,
    JingningFacts,
    JingningResult,
    OtherAid,
    Outcome,
    Pack,
    Setting,
    jingning,
)
from assistance.cases.models import Application, FactItem, FactSheet, Ruling
from assistance.cases.queries.places import county_of
from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.policies.models import PolicyVersion
from assistance.policies.queries import pack_of, version_in_force
from assistance.policies.wording import Sentence, explain, missing_fact, refusal
from assistance.registry.models import Enrolment, Residence
from assistance.registry.queries import current_residence, enrolled_in, held_by
from assistance.settlements.models import OtherAid as AidRow
from assistance.settlements.models import Payer
from assistance.settlements.queries import aid_of_year
from assistance.settlements.queries.payers import AID_PAYERS, later_on_bills
from assistance.shared.money import from_fen, to_fen

POLICY = "JN21"


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that a person has to find out; some a reviewer may also rule on, with a reason."""

    fact: str
    sentence: str

    @property
    def may_be_ruled_on(self) -> bool:
        return self.fact in Ruling.Fact.values


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the facts of a sheet come to now, in yuan, with the sentences that explain it."""

    version: PolicyVersion
    facts: JingningFacts
    result: JingningResult
    lines: tuple[Sentence, ...]
    problems: tuple[str, ...]
    questions: tuple[Question, ...] = ()

    @property
    def amount(self) -> Decimal:
        """To be granted now: the annual due less what is granted already."""
        return from_fen(self.result.subsidy)

    @property
    def own_cost(self) -> Decimal:
        return from_fen(self.result.own_cost)

    @property
    def annual_due(self) -> Decimal:
        return from_fen(self.result.annual_due)

    @property
    def overpaid(self) -> Decimal:
        return from_fen(self.result.overpaid)

    @property
    def is_amount(self) -> bool:
        return self.result.outcome is Outcome.AMOUNT


def estimate(application: Application, sheet: FactSheet, *, without: str = "") -> Estimate:
    """Compute the annual subsidy from one sheet of facts (JN21-2.2), less what the year has granted.

    `without` names a booking that does not count as granted: a case looks at itself once more.
    Reads only. To decide on the figure, call it under the lock of the person-year.
    """
    version = estimate_version(application)
    items = list(sheet.items.select_related("settlement").order_by("settlement__settled_on", "id"))
    facts = facts_of(application, sheet, items, without=without)
    result = jingning(facts, pack_of(version))
    names = {str(item.settlement_id): item.settlement.institution for item in items}
    return Estimate(
        version=version,
        facts=facts,
        result=result,
        lines=tuple(explain(line, items=names) for line in result.lines),
        problems=(
            *(refusal(found) for found in result.refusals),
            *(missing_fact(fact) for fact in result.missing),
        ),
        questions=tuple(Question(fact.code, missing_fact(fact)) for fact in result.missing),
    )


def estimate_version(application: Application) -> PolicyVersion:
    """The policy of the year of the cost, as it was released."""
    return version_in_force(POLICY, on=date(application.benefit_year, 12, 31))


def facts_of(
    application: Application, sheet: FactSheet, items: list[FactItem], *, without: str = ""
) -> JingningFacts:
    """The calculation's facts; an answer that is still open counts as the cautious one."""
    already = granted(
        application.person, application.benefit_year, Bucket.JINGNING, without=without
    )
    later = later_on_bills([item.settlement_id for item in items])
    insurers = deducted_insurers(pack_of(estimate_version(application)), application.benefit_year)
    return JingningFacts(
        settlement_year=application.benefit_year,
        received_on=application.received_on,
        group=Group(sheet.group or Group.OTHER_ILL),
        items=tuple(_cost(item, later.get(item.settlement_id, {}), insurers) for item in items),
        hukou=Hukou.LOCAL if sheet.hukou_in_county else Hukou.OTHER,
        insured_in_county=bool(sheet.insured_in_county),
        insured_since=sheet.insured_since,
        aid=_aid(application, sheet),
        already_paid=to_fen(already),
        calendar=deadline_calendar(application.benefit_year),
        **_other_days(application, sheet),
    )


def _other_days(application: Application, sheet: FactSheet) -> dict[str, Any]:
    """Insurance of the day received and hukou at the year's end, as far as the register knows them.

    Where they differ from what the sheet says the answer is "needs a person" (AMB-63); what a reviewer has
    ruled on is not asked again: the sheet counts.
    """
    person, county = application.person, county_of(application.township)
    received, year_end = application.received_on, date(application.benefit_year, 12, 31)
    asked = {
        fact
        for fact, answer in (
            (Ruling.Fact.INSURANCE_DIFFERS, sheet.insured_in_county),
            (Ruling.Fact.HUKOU_DIFFERS, sheet.hukou_in_county if received > year_end else None),
        )
        if answer is not None
    } - {Ruling.Fact(row.fact) for row in application.rulings.all()}
    known: dict[str, Any] = {}
    insured = held_by(Enrolment.objects.filter(voided_at__isnull=True), person)
    if Ruling.Fact.INSURANCE_DIFFERS in asked and insured.exists():
        known["insured_in_county_when_received"] = enrolled_in(person, county, received)
    if Ruling.Fact.HUKOU_DIFFERS not in asked:
        return known
    lived = current_residence(person, year_end, Residence.Kind.HUKOU)
    if lived is not None:
        in_county = county.pk in (lived.division_id, lived.division.parent_id)
        known["hukou_in_year"] = Hukou.LOCAL if in_county else Hukou.OTHER
    return known


def deducted_insurers(pack: Pack, year: int) -> frozenset[str]:
    """The further insurers whose payments the document deducts: those that have a place in its order."""
    order = pack.find("payers.order", on=date(year, 12, 31))
    insurers = frozenset(Payer.values) - {*AID_PAYERS, Payer.ASSISTANCE}
    # A version released before packs named the order deducts them all.
    return insurers if order is None else insurers & frozenset(order.names)


def _cost(item: FactItem, later: Mapping[str, int], insurers: Collection[str]) -> CostItem:
    """The bill as it stands on the sheet, and what further insurers have paid for it since."""
    bill = item.settlement
    assistance = later.get(Payer.ASSISTANCE, 0)
    insured = sum(fen for payer, fen in later.items() if payer in insurers)
    return CostItem(
        id=str(bill.pk),
        settled_on=bill.settled_on,
        total=to_fen(item.total),
        insurance=to_fen(item.insurance) + insured,
        assistance=to_fen(item.assistance) + assistance,
        aid=OtherAid(government=to_fen(item.other_aid)),
        setting=Setting(item.setting),
        exclusion=Exclusion(item.exclusion) if item.exclusion else None,
        therapeutic=item.therapeutic,
        designated=bill.designated,
        in_scope=min(to_fen(bill.in_scope), to_fen(item.total)),
    )


def _aid(application: Application, sheet: FactSheet) -> OtherAid:
    """The sheet's figure is deducted; charity and private insurance are shown from the register."""
    recorded: dict[str, int] = {}
    for row in aid_of_year(application.person, application.benefit_year):
        recorded[row.giver] = recorded.get(row.giver, 0) + to_fen(row.amount)
    return OtherAid(
        government=to_fen(sheet.other_aid),
        charity=recorded.get(AidRow.Giver.CHARITY, 0),
        private_insurance=recorded.get(AidRow.Giver.PRIVATE_INSURANCE, 0),
    )


def deadline_calendar(year: int) -> Calendar:
    """The county's calendar around the last day to apply, 30 June of the next year (B-09)."""
    rest, work = calendar_exceptions(date(year + 1, 6, 1), date(year + 1, 7, 31))
    return Calendar(rest_days=frozenset(rest), work_days=frozenset(work))
