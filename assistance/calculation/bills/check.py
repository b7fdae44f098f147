"""Refuse bills that cannot be true before anything is computed (0.4, 0.9)."""

from __future__ import annotations

from datetime import date

from assistance.calculation.bills.facts import Bill, History, Opening, Period, Reversal, Span
from assistance.calculation.checks import Checks
from assistance.calculation.codes import Category, Insured, RefusalCode, Setting

_AMOUNTS = ("in_scope", "total", "basic", "supplementary", "rare_fund", "big", "huimin")


def check_history(history: History) -> None:
    """Raises `Refused` with every fault; nothing of a refused history is settled (I-60)."""
    checks = Checks()
    for n, span in enumerate(history.status):
        _check_span(checks, f"person.status[{n}]", span)
    for name in ("psychiatric_certificates", "special_disease"):
        for n, period in enumerate(getattr(history, name)):
            _check_days(checks, f"person.{name}[{n}]", period)
    if history.died_on is not None:
        checks.day("person.died_on", history.died_on)
    for opening in history.openings:
        _check_opening(checks, f"opening.{opening.year}", opening)
    for n, bill in enumerate(history.bills):
        if isinstance(bill, Bill):
            _check_bill(checks, f"expenses[{n}]", bill)
        else:
            checks.day(f"expenses[{n}].date", bill.on)
    checks.done()
    _check_invoices(checks, history)
    checks.done()


def _check_span(checks: Checks, field: str, span: Span) -> None:
    if not isinstance(span.category, Category):
        checks.refuse(RefusalCode.UNKNOWN_CATEGORY, f"{field}.category")
    _check_days(checks, field, span)


def _check_days(checks: Checks, field: str, days: Span | Period) -> None:
    before = len(checks.refusals)
    checks.day(f"{field}.from", days.first_day)
    if days.last_day is not None:
        checks.day(f"{field}.to", days.last_day)
    if len(checks.refusals) == before and days.last_day and days.last_day < days.first_day:
        checks.refuse(
            RefusalCode.EXIT_BEFORE_APPROVAL,
            f"{field}.to",
            first_day=days.first_day,
            last_day=days.last_day,
        )


def _check_opening(checks: Checks, field: str, opening: Opening) -> None:
    checks.year(field, opening.year)
    for name in ("inpatient", "outpatient", "deductible_base"):
        checks.amount(f"{field}.{name}", getattr(opening, name))


def _check_bill(checks: Checks, field: str, bill: Bill) -> None:
    before = len(checks.refusals)
    checks.day(f"{field}.date", bill.settled_on)
    checks.amounts(field, bill, _AMOUNTS)
    if bill.booked is not None:
        checks.amount(f"{field}.booked", bill.booked)
    _check_names(checks, field, bill)
    for name in ("service_from", "service_to"):
        if getattr(bill, name) is not None:
            checks.day(f"{field}.{name}", getattr(bill, name))
    if len(checks.refusals) == before:
        _check_sums(checks, field, bill)
        _check_service(checks, field, bill)


def _check_names(checks: Checks, field: str, bill: Bill) -> None:
    for name, kind, code in (
        ("setting", Setting, RefusalCode.UNKNOWN_SETTING),
        ("insured", Insured, RefusalCode.UNKNOWN_INSURED),
    ):
        if not isinstance(getattr(bill, name), kind):
            checks.refuse(code, f"{field}.{name}")
    if bill.category is not None and not isinstance(bill.category, Category):
        checks.refuse(RefusalCode.UNKNOWN_CATEGORY, f"{field}.category")


def _check_sums(checks: Checks, field: str, bill: Bill) -> None:
    if bill.in_scope > bill.total:
        checks.refuse(
            RefusalCode.SCOPE_EXCEEDS_TOTAL,
            f"{field}.in_scope",
            in_scope=bill.in_scope,
            total=bill.total,
        )
    paid = bill.basic + bill.supplementary + bill.rare_fund + bill.big
    if paid > bill.in_scope:
        checks.refuse(RefusalCode.REIMBURSEMENT_EXCEEDS_COST, field, paid=paid, cost=bill.in_scope)
    elif paid + bill.huimin > bill.total:
        checks.refuse(
            RefusalCode.REIMBURSEMENT_EXCEEDS_COST,
            f"{field}.huimin",
            paid=paid + bill.huimin,
            cost=bill.total,
        )


def _check_service(checks: Checks, field: str, bill: Bill) -> None:
    given: list[date] = [
        day for day in (bill.service_from, bill.service_to, bill.settled_on) if day is not None
    ]
    if given != sorted(given):
        checks.refuse(RefusalCode.SERVICE_AFTER_SETTLEMENT, f"{field}.service_from")


def _check_invoices(checks: Checks, history: History) -> None:
    """An invoice is used once while it is not reversed, and reversed once at most."""
    live: dict[str, date] = {}
    reversed_once: set[str] = set()
    for n, bill in enumerate(history.bills):
        if isinstance(bill, Bill):
            if bill.id in live:
                checks.refuse(
                    RefusalCode.DUPLICATE_INVOICE, f"expenses[{n}].invoice", invoice=bill.id
                )
            live[bill.id] = bill.settled_on
        else:
            _check_reversal(checks, f"expenses[{n}]", bill, live, reversed_once)


def _check_reversal(
    checks: Checks, field: str, reversal: Reversal, live: dict[str, date], done: set[str]
) -> None:
    settled_on = live.pop(reversal.of, None)
    if settled_on is None:
        again = reversal.of in done
        code = RefusalCode.INVOICE_ALREADY_REVERSED if again else RefusalCode.UNKNOWN_INVOICE
        checks.refuse(code, f"{field}.reverses", invoice=reversal.of)
    elif reversal.on < settled_on:
        checks.refuse(
            RefusalCode.REVERSAL_TOO_EARLY, f"{field}.date", date=reversal.on, settled_on=settled_on
        )
    done.add(reversal.of)
