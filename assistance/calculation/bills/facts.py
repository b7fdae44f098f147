"""Facts about one person's bills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from assistance.calculation.codes import Category, Insured, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A person's status; both days belong to it, without a last day it goes on.

    `state_allowance` says whether a 精减职工 receives the state's fixed allowance (B-26).
    """

    category: Category
    first_day: date
    last_day: date | None = None
    state_allowance: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of a certificate, first and last day inclusive (B-20)."""

    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One settled bill in fen; `settled_on` decides version and year (AMB-07).

    `category` overrides the person's status. `booked` is assistance the bill already
    carries (`maf_pay`): it is what fills the limits, our own figure stands beside it.
    """

    id: str
    settled_on: date
    in_scope: int
    total: int
    basic: int = 0
    supplementary: int = 0
    rare_fund: int = 0
    big: int = 0
    huimin: int = 0
    setting: Setting = Setting.INPATIENT
    category: Category | None = None
    state_allowance: bool | None = None
    psychiatric: bool = False
    designated: bool = True
    insured: Insured = Insured.YES
    service_from: date | None = None
    service_to: date | None = None
    booked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A counter-entry: the negative of exactly what bill `of` was granted (0.10)."""

    of: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a year has seen before the first bill of the history.

    `joint` says that a bill of a certified person was settled in the year (I-21).
    """

    year: int
    inpatient: int = 0
    outpatient: int = 0
    deductible_base: int = 0
    joint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One person's bills and reversals in the order they were settled."""

    bills: tuple[Bill | Reversal, ...]
    status: tuple[Span, ...] = ()
    psychiatric_certificates: tuple[Period, ...] = ()
    special_disease: tuple[Period, ...] = ()
    openings: tuple[Opening, ...] = ()
    died_on: date | None = None


class Days(NamedTuple):
    """The deciding day of a bill, or all days of a stay."""

    first: date
    last: date

    def meet(self, first_day: date, last_day: date | None) -> bool:
        return first_day <= self.last and (last_day is None or self.first <= last_day)
