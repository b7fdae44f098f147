"""The fund account, the payment runs, and what the bank answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.timezone import localdate
from stdnum import luhn

from assistance.demo.days import Days, moment
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.demo.twists import Twist
from assistance.demo.walks import Walk
from assistance.payments.bank_files import REASON_COLUMN, RETURN_COLUMNS
from assistance.payments.models import Award, Batch, FundYear, LedgerTransaction, Programme
from assistance.payments.operations import (
    budget,
    confirm_batch,
    draw_up_batch,
    move_to_fund_year,
    open_fund_year,
    read_return,
    reissue,
    send_batch,
)
from assistance.payments.queries import available, due_awards, live_lines
from assistance.payments.states import AwardState
from assistance.registry.models import AccessLog
from assistance.registry.operations import add_account, check_account, log_access, retire_account

Kind = LedgerTransaction.Kind
BUDGET, TOP_UP = Decimal("1200000.00"), Decimal("300000.00")
# For the one case of a year long ago.
EARLY = Decimal("60000.00")
# Working days ago: runs that were paid, then one that waits for the bank, one confirmed, one drawn up.
PAID_RUNS = (235, 210, 185, 160, 130, 100, 75, 50, 34)
SENT_RUN, CONFIRMED_RUN, DRAFT_RUN = 18, 11, 6
BANK_TAKES = 3
MENDED, REISSUED = 24, 3
BANK_SAYS = "账户状态异常"


class Fund:
    """One fund account a year, opened and given its budget by the fund supervisor."""

    def __init__(self, staff: Staff, days: Days) -> None:
        self.staff = staff
        self.days = days

    def open(self, first: date) -> None:
        """Every year from that of `first` has an account; the programme cannot be applied for without."""
        for year in range(min(first.year, self.days.today.year - 1), self.days.today.year + 1):
            self.of(year)

    def tell(self, year: int) -> Telling:
        """Budget in the first days of January, the rest of the year before carried over, a top-up in autumn."""
        early = year < self.days.today.year - 1
        at = self._clamped(date(year, 1, 1))
        yield at
        self._give(year, Kind.BUDGET, EARLY if early else BUDGET, f"景财社〔{year}〕3号", at)
        at = self._clamped(date(year, 1, 9))
        yield at
        self._carry_over(year, at)
        if early:
            return
        at = moment(self.days.calendar.next_workday(date(year, 9, 10)), 10, 0)
        yield at
        self._give(year, Kind.TOP_UP, TOP_UP, f"景财社〔{year}〕61号", at)

    def of(self, year: int) -> FundYear:
        return open_fund_year(
            agency=self.staff.agency, programme=Programme.JINGNING, year=year, actor=None
        )

    def move(self, award: Award, at: datetime) -> None:
        """What last year left unpaid is paid out of this year's account."""
        move_to_fund_year(award, self.of(localdate(at).year), actor=self.staff["fund"], at=at)

    def _clamped(self, day: date) -> datetime:
        """The first working day from `day` on; on the very first days of a year, before today begins."""
        wanted = moment(self.days.calendar.next_workday(day), 8, 0)
        return min(wanted, self.days.end - timedelta(minutes=1)) if day.day == 1 else wanted

    def _carry_over(self, year: int, at: datetime) -> None:
        before = FundYear.objects.filter(
            agency=self.staff.agency, programme=Programme.JINGNING, year=year - 1
        ).first()
        if before is not None and (left := available(before)) > 0:
            self._give(year, Kind.CARRY_OVER, left, f"景财社〔{year}〕9号", at)

    def _give(self, year: int, kind: Kind, amount: Decimal, paper: str, at: datetime) -> None:
        actor = self.staff["fund"]
        budget(self.of(year), kind=kind, amount=amount, reference=paper, actor=actor, at=at)


class PaymentOffice:
    """Two officers: one draws up, the other confirms and sends; the first reads the answer."""

    def __init__(self, staff: Staff, days: Days, fund: Fund, walks: Iterable[Walk]) -> None:
        self.staff = staff
        self.days = days
        self.fund = fund
        twists = (Twist.BANK_FAILS, Twist.REISSUED)
        self.failing = {
            walk.story.profile.name for walk in walks if walk.story.plan.twist in twists
        }

    def run(self, ago: int) -> Telling:
        """A payment run: all that is due goes into one batch, which goes as far as its day lets it."""
        at = moment(self.days.ago(ago), 15, 0)
        yield at
        batch = self._draw_up(at)
        if batch is None or ago == DRAFT_RUN:
            return
        at += timedelta(minutes=40)
        yield at
        confirm_batch(batch, actor=self.staff["payment2"], at=at)
        if ago == CONFIRMED_RUN:
            return
        at += timedelta(minutes=30)
        yield at
        send_batch(batch, actor=self.staff["payment2"], at=at)
        log_access(self.staff["payment2"], AccessLog.Kind.BANK_FILE, batch.number, at=at)
        if ago != SENT_RUN:
            at = moment(self.days.ago(ago - BANK_TAKES), 9, 10)
            yield at
            self._read(batch, at)

    def run_of_sunday_june(self) -> Telling:
        """The run of the autumn after a 30 June that was a Sunday, where that is longer ago than the others."""
        autumn = self.days.index(self.days.sunday_june() + timedelta(days=80))
        if autumn > PAID_RUNS[0]:
            yield from self.run(autumn)

    def mend(self, walk: Walk) -> Telling:
        """The right account, entered by the township, checked by its leader, and paid again."""
        at = moment(self.days.ago(MENDED), 10, 20)
        yield at
        case, desk = walk.reread(), self.staff.desks[walk.story.township.pk]
        assert case.account is not None
        retire_account(case.account, reason="银行卡已注销", actor=desk.clerk, at=at)
        body = f"629998{case.pk:012d}"
        account = add_account(
            case.person,
            number=body + luhn.calc_check_digit(body),
            bank=case.account.bank,
            actor=desk.clerk,
            at=at + timedelta(minutes=2),
        )
        check_account(account, actor=desk.leader, at=at + timedelta(days=1))
        at = moment(self.days.ago(REISSUED), 14, 10)
        yield at
        award = walk.reread().award
        if award is not None and award.state == AwardState.FAILED:
            reissue(award, account=account, actor=self.staff["payment2"], at=at)

    def _draw_up(self, at: datetime) -> Batch | None:
        agency = self.staff.agency
        for award in due_awards(agency, Programme.JINGNING):
            if award.fund_year.year != localdate(at).year:
                self.fund.move(award, at - timedelta(minutes=20))
        awards = list(due_awards(agency, Programme.JINGNING))
        if not awards:
            return None
        return draw_up_batch(
            agency=agency,
            programme=Programme.JINGNING,
            awards=awards,
            actor=self.staff["payment1"],
            at=at,
        )

    def _read(self, batch: Batch, at: datetime) -> None:
        read_return(
            batch,
            content=self._answer(batch),
            filename=f"{batch.number}-回盘.csv",
            actor=self.staff["payment1"],
            at=at,
        )

    def _answer(self, batch: Batch) -> bytes:
        """The bank's file: everybody paid but the people whose account it refuses."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([*RETURN_COLUMNS, REASON_COLUMN])
        for line in live_lines(batch):
            refused = line.award.person.name in self.failing
            result = ("失败", BANK_SAYS) if refused else ("成功", "")
            row = (line.position, line.holder_name, line.account_number, line.amount)
            writer.writerow([*row, *result])
        return text.getvalue().encode("utf-8-sig")
