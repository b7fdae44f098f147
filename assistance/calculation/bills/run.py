"""Settle one person's bills in the order given, each with its steps."""

from __future__ import annotations

from assistance.calculation.bills.check import check_history
from assistance.calculation.bills.explain import explained, reversed_line
from assistance.calculation.bills.facts import Bill, History, Opening, Reversal
from assistance.calculation.bills.resolve import Resolved, Resolver
from assistance.calculation.bills.results import AssistResult, BillResult, YearTotal
from assistance.calculation.bills.rule import NOTHING, Account, Ints, Steps, burden_of, step
from assistance.calculation.bills.terms import Grant
from assistance.calculation.codes import Outcome, Reason
from assistance.calculation.policy.book import Book
from assistance.calculation.results import Line, Refused

_INTS = Ints()
_EMPTY = Account(0, 0, 0)


def assist(history: History, book: Book) -> AssistResult:
    """Assistance on every bill of one person, in fen, explained line by line.

    Bills and reversals are settled in the order given; the fee date of a bill decides its
    document, status and year. All or nothing: one bad bill refuses the whole history.
    """
    try:
        check_history(history)
        return _Run(history, book).result()
    except Refused as refused:
        return AssistResult(
            outcome=Outcome.REFUSED,
            document="",
            version="",
            refusals=refused.refusals,
        )


class _Run:
    def __init__(self, history: History, book: Book) -> None:
        self.history = history
        self.resolver = Resolver(history, book)
        self.accounts = {opening.year: _account(opening) for opening in history.openings}
        self.bills: list[BillResult] = []
        self.lines: list[Line] = []
        self.versions: dict[str, str] = {}
        self.live: dict[str, BillResult] = {}
        self.floor_values = False

    def result(self) -> AssistResult:
        for index, bill in enumerate(self.history.bills):
            if isinstance(bill, Reversal):
                self._reverse(bill)
            else:
                self._settle(index, bill)
        if self.resolver.missing:
            return AssistResult(
                outcome=Outcome.NEEDS_PERSON,
                document=",".join(self.versions),
                version=",".join(self.versions.values()),
                missing=tuple(dict.fromkeys(self.resolver.missing)),
            )
        return AssistResult(
            outcome=Outcome.AMOUNT,
            document=",".join(self.versions),
            version=",".join(self.versions.values()),
            lines=tuple(self.lines),
            bills=tuple(self.bills),
            years=tuple(self._year(year) for year in sorted(self.accounts)),
            total=sum(bill.granted for bill in self.bills),
            floor_values=self.floor_values,
        )

    def _settle(self, index: int, bill: Bill) -> None:
        resolved = self.resolver.resolve(index, bill)
        pack = resolved.rules.pack
        self.versions.setdefault(pack.code, resolved.rules.version)
        self.floor_values = self.floor_values or pack.level == "framework"
        year = bill.settled_on.year
        before = self.accounts.get(year, _EMPTY)
        row, after = _row(resolved, before)
        self.accounts[year] = after
        self.bills.append(row)
        self.live[bill.id] = row
        self.lines.extend(explained(resolved, row, before, after))

    def _reverse(self, reversal: Reversal) -> None:
        """Charge the negative of the stored amounts to the year of the original."""
        original = self.live.pop(reversal.of)
        self.resolver.forget(reversal.of)
        row = BillResult(
            id=f"-{original.id}",
            settled_on=reversal.on,
            year=original.year,
            document=original.document,
            version=original.version,
            reason=Reason.REVERSAL,
            category=original.category,
            rate=original.rate,
            burden=-original.burden,
            over_deductible=-original.over_deductible,
            entitled=-original.entitled,
            room=0,
            granted=-original.granted,
            counted=-original.counted,
            outside=-original.outside,
            outpatient=original.outpatient,
            base=-original.base,
            reverses=original.id,
        )
        before = self.accounts[original.year]
        self.accounts[original.year] = _after(before, int(original.outpatient), row)
        self.bills.append(row)
        self.lines.append(reversed_line(row))

    def _year(self, year: int) -> YearTotal:
        account = self.accounts[year]
        outside = {
            kind: sum(
                bill.outside for bill in self.bills if bill.year == year and bill.outpatient is kind
            )
            for kind in (False, True)
        }
        return YearTotal(
            year=year,
            inpatient=account.inpatient + outside[False],
            outpatient=account.outpatient + outside[True],
            deductible_base=account.base,
            joint=year in self.resolver.joint_years,
        )


def _account(opening: Opening) -> Account:
    return Account(opening.inpatient, opening.outpatient, opening.deductible_base)


def _row(resolved: Resolved, before: Account) -> tuple[BillResult, Account]:
    """The steps of a bill, and the account after it."""
    bill, rules = resolved.bill, resolved.rules
    burden = burden_of(
        bill.total if resolved.whole else bill.in_scope,
        bill.basic,
        bill.supplementary,
        bill.rare_fund,
        bill.big,
    )
    steps, chosen = _steps(resolved, burden, before)
    counts = chosen.terms.counts if chosen else 1
    counted = steps.granted * counts if bill.booked is None else bill.booked
    capped = steps.granted < steps.entitled
    row = BillResult(
        id=bill.id,
        settled_on=bill.settled_on,
        year=bill.settled_on.year,
        document=rules.pack.code,
        version=rules.version,
        reason=Reason.CAPPED if capped else resolved.reason,
        category=chosen.category if chosen else None,
        rate=chosen.terms.rate if chosen else 0,
        burden=burden,
        over_deductible=steps.over_deductible,
        entitled=steps.entitled,
        room=steps.room,
        granted=steps.granted,
        counted=counted,
        outside=steps.granted * (1 - counts),
        outpatient=bool(resolved.outpatient),
        base=burden * resolved.fills,
    )
    return row, _after(before, resolved.outpatient, row)


def _steps(resolved: Resolved, burden: int, before: Account) -> tuple[Steps, Grant | None]:
    options = tuple(grant.terms for grant in resolved.grants) or (NOTHING,)
    steps = step(_INTS, burden, options, resolved.outpatient, resolved.fills, before)
    return steps, resolved.grants[steps.option] if resolved.grants else None


def _after(before: Account, outpatient: int, row: BillResult) -> Account:
    """The account after a bill, with what it booked rather than what we computed."""
    return Account(
        before.inpatient + row.counted * (1 - outpatient),
        before.outpatient + row.counted * outpatient,
        before.base + row.base,
    )
