"""When which list is due (ZS22-2.1.5, 2.2, 2.5.1; B-17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.checks import Checks
from assistance.calculation.codes import Duty, RefusalCode
from assistance.calculation.dates import month_end
from assistance.calculation.policy import Pack
from assistance.calculation.results import refuse

_MONTHLY = (
    Duty.MONTHLY_CHANGE_LIST,
    Duty.MONTHLY_INSURANCE_CHECK,
    Duty.MONTHLY_POOL_SCREEN,
    Duty.MONTHLY_RECIPIENT_WATCH,
)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter whose list runs in the month after it; costs count from 1 January."""

    year: int
    number: int
    period_start: date
    end: date


def quarter(run_date: date, pack: Pack) -> Quarter:
    """The quarter whose list runs on a day. Refuses other months and days before the first run.

    The first run is the one whose whole period lies under the document (B-17).
    """
    checks = Checks()
    checks.day("run_date", run_date)
    checks.done()
    begun = _begun(pack, "bottom_line", run_date)
    if str(run_date.month) not in pack.get("list_months", on=begun).names:
        raise refuse(RefusalCode.NOT_A_LIST_MONTH, "run_date", date=run_date)
    last_month = run_date.month - 1 or 12
    year = run_date.year if run_date.month > 1 else run_date.year - 1
    found = Quarter(year, last_month // 3, date(year, 1, 1), month_end(year, last_month))
    if found.period_start < begun:
        raise refuse(
            RefusalCode.NO_POLICY_IN_FORCE, "run_date", document=pack.code, first_day=begun
        )
    return found


def list_duty(year: int, month: int, sharing_live: bool, pack: Pack) -> tuple[Duty, ...]:
    """What the office owes in a month; reconciliation only until sharing is live (AMB-39)."""
    checks = Checks()
    checks.year("year", year)
    if type(month) is not int or not 1 <= month <= 12:
        checks.refuse(RefusalCode.BAD_NUMBER, "month")
    checks.done()
    on = month_end(year, month)
    begun = _begun(pack, "list_duty", on)
    duties = list(_MONTHLY)
    if not sharing_live and str(month) in pack.get("reconciliation_months", on=on).names:
        duties.append(Duty.HALF_YEARLY_RECONCILIATION)
    listed = str(month) in pack.get("list_months", on=on).names
    if listed and date(year if month > 1 else year - 1, 1, 1) >= begun:
        duties.append(Duty.QUARTERLY_BOTTOM_LINE_LIST)
    return tuple(duties)


def _begun(pack: Pack, programme: str, on: date) -> date:
    start = pack.start_of(programme)
    if start is None:
        raise refuse(RefusalCode.NOT_OFFERED, "document", document=pack.code)
    if on < start.first_day:
        raise refuse(
            RefusalCode.NO_POLICY_IN_FORCE,
            "run_date",
            document=pack.code,
            first_day=start.first_day,
        )
    return start.first_day
