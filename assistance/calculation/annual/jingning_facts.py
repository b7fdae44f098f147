"""Facts and result of the Jingning high-expense subsidy (JN21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.checks import Checks
from assistance.calculation.codes import (
    Exclusion,
    Group,
    Hukou,
    Reason,
    RefusalCode,
    Setting,
)
from assistance.calculation.plain.deadline import NO_CALENDAR, Calendar
from assistance.calculation.results import Answer

AID_SOURCES = (
    "government",
    "union",
    "disabled_federation",
    "red_cross",
    "charity",
    "private_insurance",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAid:
    """Aid from other bodies in fen, by source: what is deducted depends on it (B-13)."""

    government: int = 0
    union: int = 0
    disabled_federation: int = 0
    red_cross: int = 0
    charity: int = 0
    private_insurance: int = 0

    @property
    def of_mass_organisations(self) -> int:
        return self.union + self.disabled_federation + self.red_cross

    def check(self, checks: Checks, field: str) -> None:
        for source in AID_SOURCES:
            checks.amount(f"{field}.{source}", getattr(self, source))


@dataclass(frozen=True, slots=True, kw_only=True)
class CostItem:
    """One settled cost in fen; for a stay `settled_on` is the discharge settlement."""

    id: str
    settled_on: date
    total: int
    insurance: int = 0
    assistance: int = 0
    aid: OtherAid = OtherAid()
    setting: Setting = Setting.INPATIENT
    exclusion: Exclusion | None = None
    therapeutic: bool = True
    designated: bool = True
    in_scope: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JingningFacts:
    """Everything the subsidy of one person and settlement year depends on.

    `aid` is given for the year as a whole, besides the aid noted on single items.
    `already_paid` is what earlier applications of the same year were paid.
    `hukou` is that of the day received, `insured_in_county` that of the settlement year;
    the two facts after them are given where they are known to differ (AMB-63).
    """

    settlement_year: int
    received_on: date
    group: Group
    items: tuple[CostItem, ...]
    hukou: Hukou = Hukou.LOCAL
    insured_in_county: bool = True
    hukou_in_year: Hukou | None = None
    insured_in_county_when_received: bool | None = None
    insured_since: date | None = None
    aid: OtherAid = OtherAid()
    already_paid: int = 0
    calendar: Calendar = NO_CALENDAR

    @property
    def last_day(self) -> date:
        """Values of the policy are those in force on the settlement year's last day."""
        return date(self.settlement_year, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class JingningResult(Answer):
    """Amounts in fen; all are 0 unless the outcome is an amount.

    `annual_due` is what the year is worth, `subsidy` what remains to be paid of it and
    `overpaid` what was paid beyond it.
    """

    eligible: bool = False
    reason: Reason = Reason.REFUSED
    own_cost: int = 0
    annual_due: int = 0
    subsidy: int = 0
    overpaid: int = 0


def check_facts(facts: JingningFacts) -> None:
    """Raises `Refused` with every fault of the facts."""
    checks = Checks()
    checks.year("settlement_year", facts.settlement_year)
    checks.day("received_on", facts.received_on)
    _check_name(checks, "group", facts.group, Group, RefusalCode.UNKNOWN_GROUP)
    _check_name(checks, "hukou", facts.hukou, Hukou, RefusalCode.UNKNOWN_HUKOU)
    if facts.insured_since is not None:
        checks.day("insured_since", facts.insured_since)
    checks.amount("already_paid", facts.already_paid)
    facts.aid.check(checks, "aid")
    facts.calendar.check(checks)
    for n, item in enumerate(facts.items):
        _check_item(checks, f"items[{n}]", item)
    _check_ids(checks, facts.items)
    checks.done()
    _check_days(checks, facts)
    checks.done()


def _check_name(
    checks: Checks, field: str, value: object, names: type[object], code: RefusalCode
) -> None:
    if not isinstance(value, names):
        checks.refuse(code, field)


def _check_item(checks: Checks, field: str, item: CostItem) -> None:
    before = len(checks.refusals)
    checks.day(f"{field}.settled_on", item.settled_on)
    _check_name(checks, f"{field}.setting", item.setting, Setting, RefusalCode.UNKNOWN_SETTING)
    if item.exclusion is not None:
        _check_name(
            checks, f"{field}.exclusion", item.exclusion, Exclusion, RefusalCode.UNKNOWN_EXCLUSION
        )
    for name in ("total", "insurance", "assistance"):
        checks.amount(f"{field}.{name}", getattr(item, name))
    item.aid.check(checks, f"{field}.aid")
    if item.in_scope is not None:
        checks.amount(f"{field}.in_scope", item.in_scope)
    if len(checks.refusals) == before:
        _check_sums(checks, field, item)


def _check_sums(checks: Checks, field: str, item: CostItem) -> None:
    paid = item.insurance + item.assistance
    if paid > item.total:
        checks.refuse(RefusalCode.REIMBURSEMENT_EXCEEDS_COST, field, paid=paid, cost=item.total)
    if item.in_scope is not None and item.in_scope > item.total:
        checks.refuse(
            RefusalCode.SCOPE_EXCEEDS_TOTAL,
            f"{field}.in_scope",
            in_scope=item.in_scope,
            total=item.total,
        )


def _check_ids(checks: Checks, items: tuple[CostItem, ...]) -> None:
    seen: set[str] = set()
    for n, item in enumerate(items):
        if item.id in seen:
            checks.refuse(RefusalCode.DUPLICATE_ITEM, f"items[{n}].id", item=item.id)
        seen.add(item.id)


def _check_days(checks: Checks, facts: JingningFacts) -> None:
    if facts.received_on.year < facts.settlement_year:
        checks.refuse(
            RefusalCode.APPLICATION_BEFORE_YEAR,
            "received_on",
            received_on=facts.received_on,
            year=facts.settlement_year,
        )
    for n, item in enumerate(facts.items):
        if item.settled_on > facts.received_on:
            checks.refuse(
                RefusalCode.COST_AFTER_APPLICATION,
                f"items[{n}].settled_on",
                date=item.settled_on,
                received_on=facts.received_on,
            )
