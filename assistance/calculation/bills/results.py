"""What the bill engine answers: a row a bill, the totals of every year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.codes import Category, Reason
from assistance.calculation.results import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class BillResult:
    """The steps of one bill in fen; a reversal holds the negative of its original.

    `granted` is our own figure, `counted` what fills the limits of the year (less where a
    reading leaves the bill `outside` them, the imported amount where one was booked).
    """

    id: str
    settled_on: date
    year: int
    document: str
    version: str
    reason: Reason
    category: Category | None
    rate: int
    burden: int
    over_deductible: int
    entitled: int
    room: int
    granted: int
    counted: int
    outside: int
    outpatient: bool
    base: int
    reverses: str = ""

    @property
    def burden_after(self) -> int:
        """The in-scope burden left after assistance."""
        return self.burden - self.granted


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotal:
    """Assistance of a year by bucket, its opening included, and the burden counted."""

    year: int
    inpatient: int
    outpatient: int
    deductible_base: int
    joint: bool

    @property
    def total(self) -> int:
        return self.inpatient + self.outpatient


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistResult(Answer):
    """One person's bills; `floor_values` marks amounts that may be shown, never paid."""

    bills: tuple[BillResult, ...] = ()
    years: tuple[YearTotal, ...] = ()
    total: int = 0
    floor_values: bool = False
