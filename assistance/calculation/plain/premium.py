"""Premium subsidy: which months are covered, who pays nothing, what exit means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.checks import Checks
from assistance.calculation.codes import Category, Missing, Outcome, RefusalCode, Step
from assistance.calculation.dates import add_months
from assistance.calculation.money import RATE_ONE, share
from assistance.calculation.policy import Pack, PolicyValue
from assistance.calculation.policy.book import Book
from assistance.calculation.results import Answer, Line, MissingFact, Refused, line, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumFacts:
    """`exit_on` is the first day without status; the contribution is in fen (B-30).

    `enrolled_on` is the subsidised enrolment, where it is not in the month of approval.
    """

    category: Category
    approved_on: date | None = None
    enrolled_on: date | None = None
    exit_on: date | None = None
    already_insured: bool = False
    basic_contribution: int | None = None
    big_illness_contribution: int = 0
    rate: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumResult(Answer):
    """Months are their first days; None where there is nothing to tell."""

    subsidised_this_year: bool | None = None
    subsidy_month: date | None = None
    coverage_from: date | None = None
    coverage_until: date | None = None
    subsidised_next_year: bool = False
    next_year: int = 0
    refund: int = 0
    amount: int | None = None


def premium(facts: PremiumFacts, book: Book) -> PremiumResult:
    """The subsidised premium of a recipient: one a year, never refunded (ZS22-2.1.3).

    Approved and not yet insured: subsidised that month, covered from the month the
    document says. Already insured: next year. Left: covered to 31 December, none next year.
    """
    try:
        return _answer(facts, book)
    except Refused as refused:
        return PremiumResult(
            outcome=Outcome.REFUSED, document="", version="", refusals=refused.refusals
        )


def huimin_premium(is_recipient: bool, contribution: int, pack: Pack, on: date) -> tuple[int, Line]:
    """The part of the 惠民保 premium that is paid for a person, in fen (ZS22-2.4.2)."""
    checks = Checks()
    checks.amount("premium", contribution)
    checks.done()
    rate = pack.get("huimin.ratio", on=on)
    amount = share(contribution, rate.number) if is_recipient else 0
    step = Step.HUIMIN_PAID if is_recipient else Step.HUIMIN_NOT_RECIPIENT
    return amount, line(step, rate.clause, rate.first_day, amount=amount)


def _answer(facts: PremiumFacts, book: Book) -> PremiumResult:
    _check(facts)
    deciding = facts.approved_on or facts.exit_on
    if deciding is None:
        raise refuse(RefusalCode.FIELD_MISSING, "approval_date")
    pack = book.get(
        "premium", on=deciding, field="approval_date" if facts.approved_on else "exit_date"
    )
    if facts.category not in pack.get("premium.categories", on=deciding).names:
        by_reason = facts.category == Category.YINBING
        code = RefusalCode.CATEGORY_IS_REASON if by_reason else RefusalCode.UNKNOWN_CATEGORY
        raise refuse(code, "category")
    if _lost_in_december(facts, pack, deciding):
        fact = MissingFact(Missing.DECEMBER_ENTRY_AND_EXIT, "exit_date", "B-19")
        return PremiumResult(
            outcome=Outcome.NEEDS_PERSON,
            document=pack.code,
            version=pack.version,
            missing=(fact,),
        )
    return _months(facts, pack, deciding)


def _check(facts: PremiumFacts) -> None:
    checks = Checks()
    if not isinstance(facts.category, Category):
        checks.refuse(RefusalCode.UNKNOWN_CATEGORY, "category")
    for name in ("approved_on", "enrolled_on", "exit_on"):
        if getattr(facts, name) is not None:
            checks.day(name, getattr(facts, name))
    if facts.basic_contribution is not None:
        checks.amount("personal_contribution", facts.basic_contribution)
    checks.amount("big_illness_contribution", facts.big_illness_contribution)
    if facts.rate is not None and not 0 <= facts.rate <= RATE_ONE:
        checks.refuse(RefusalCode.BAD_RATIO, "subsidy_rate")
    checks.done()
    begun = facts.approved_on
    for name, day in (("exit_date", facts.exit_on), ("enrolment_date", facts.enrolled_on)):
        if begun and day and day < begun:
            raise refuse(RefusalCode.EXIT_BEFORE_APPROVAL, name, first_day=begun, last_day=day)


def _delay(pack: Pack, on: date) -> int:
    """Months between subsidy and coverage (AMB-14)."""
    if pack.says("coverage_start", "next_month"):
        return 1
    return pack.get("premium.coverage_delay", on=on).number


def _lost_in_december(facts: PremiumFacts, pack: Pack, on: date) -> bool:
    """Approved in December for January, and gone before January (B-19)."""
    begun, left = facts.approved_on, facts.exit_on
    if begun is None or left is None or facts.already_insured:
        return False
    same_december = begun.month == 12 and (left.year, left.month) == (begun.year, 12)
    return same_december and _delay(pack, on) > 0


def _months(facts: PremiumFacts, pack: Pack, on: date) -> PremiumResult:
    amount, lines = _amount(facts, pack, on)
    begun = facts.enrolled_on or facts.approved_on
    subsidised = None if begun is None else not facts.already_insured
    month = begun.replace(day=1) if begun and subsidised else None
    coverage = add_months(month, _delay(pack, on)) if month else None
    delay = pack.get("premium.coverage_delay", on=on)
    lines = [*_entry_lines(facts, month, coverage, delay), *lines]
    year = (facts.exit_on or on).year
    if facts.exit_on is not None:
        until = date(year, 12, 31)
        lines.append(line(Step.PREMIUM_EXIT, delay.clause, exit_on=facts.exit_on, until=until))
    return PremiumResult(
        outcome=Outcome.AMOUNT,
        document=pack.code,
        version=pack.version,
        lines=tuple(lines),
        subsidised_this_year=subsidised,
        subsidy_month=month,
        coverage_from=coverage,
        coverage_until=date(year, 12, 31) if facts.exit_on else None,
        subsidised_next_year=facts.exit_on is None,
        next_year=year + 1,
        amount=amount,
    )


def _entry_lines(
    facts: PremiumFacts, month: date | None, coverage: date | None, delay: PolicyValue
) -> list[Line]:
    source = (delay.clause, delay.first_day)
    if facts.already_insured and facts.approved_on:
        return [line(Step.PREMIUM_ALREADY_INSURED, *source, next_year=facts.approved_on.year + 1)]
    if month is None or coverage is None:
        return []
    lines = [line(Step.PREMIUM_SUBSIDISED, *source, month=month, coverage_from=coverage)]
    if coverage.year > month.year:
        lines.append(line(Step.PREMIUM_DECEMBER, "AMB-15", coverage_from=coverage))
    return lines


def _amount(facts: PremiumFacts, pack: Pack, on: date) -> tuple[int | None, list[Line]]:
    """The subsidised contribution; the rate of Lanxi and Wenzhou is left to them (0.11)."""
    if facts.basic_contribution is None:
        return None, []
    contribution = facts.basic_contribution + facts.big_illness_contribution
    value = pack.find("premium.ratio", on=on)
    left_open = any(local.key == "premium.ratio" for local in pack.local_values)
    rate = value.number if value else None
    if left_open and facts.rate is not None:
        rate = facts.rate
    if rate is None:
        raise refuse(RefusalCode.LOCAL_PARAMETER_MISSING, "subsidy_rate", document=pack.code)
    amount = share(contribution, rate)
    clause = value.clause if value else "0.11"
    told = line(Step.PREMIUM_AMOUNT, clause, contribution=contribution, ratio=rate, amount=amount)
    return amount, [told]
