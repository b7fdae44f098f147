"""A quarter's bottom line in Zhoushan: two agencies, one meeting, and the cases in which it goes otherwise.

The list is that of the fourth quarter, which is drawn up in January: late payments of the year have come by then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.timezone import localdate

from assistance.accounts.models import Agency, User
from assistance.accounts.roles import Role
from assistance.demo.days import moment
from assistance.demo.load import refuse_outside_the_demo
from assistance.demo.neighbours.files import as_csv
from assistance.demo.neighbours.listed import PEOPLE, Townspeople
from assistance.demo.neighbours.worker import work
from assistance.demo.papers import page
from assistance.demo.staff import Maker
from assistance.payments.bank_files import RETURN_COLUMNS
from assistance.payments.models import LedgerTransaction, Programme
from assistance.payments.operations import (
    budget,
    confirm_batch,
    draw_up_batch,
    open_fund_year,
    read_return,
    send_batch,
)
from assistance.payments.queries import due_awards, live_lines
from assistance.registry.models import Person
from assistance.registry.operations import (
    end_recognition,
    record_death,
)
from assistance.screening.models import BottomLineList, ListOffice, Meeting, Period
from assistance.screening.operations import (
    bottom_line,
    claims,
    meetings,
    releases,
    start_run,
    write_periods,
)
from assistance.screening.queries import latest_run
from assistance.screening.states import ListKind, RunKind
from assistance.screening.tasks import EXECUTORS
from assistance.settlements.models import OtherAid, PayerSource
from assistance.settlements.operations import payers, record_aid
from assistance.settlements.tasks import PAYER_EXECUTORS

CITY = "330900"
AGENCIES = {"330902": "dinghai", "330903": "putuo"}
# The meeting is held in the last days of January; before March the story is that of the year before.
HELD = timedelta(days=60)
PAID_HEAD = ("赔案号", "姓名", "身份证号", "赔付金额", "赔付日期", "费用年度")
Say = Callable[[str], object]


def tell_bottom_line(*, at: datetime, say: Say) -> Meeting | None:
    """Enact the quarter once both agencies are there; what is there already stays. Raises Refused outside the demo."""
    refuse_outside_the_demo()
    with translation.override("zh-hans"), transaction.atomic():
        city = Agency.objects.select_for_update().get(code=CITY)
        if Meeting.objects.filter(agency=city).exists():
            return None
        meeting = _Quarter(city, localdate(at)).enact()
    say(f"{city.name}：联席会议 {meeting.number}")
    return meeting


class _Quarter:
    def __init__(self, city: Agency, today: date) -> None:
        self.city = city
        self.year = (today - HELD).year - 1
        self.last_day = date(self.year, 12, 31)
        known = {user.username: user for user in User.objects.filter(is_demo=True)}
        self.maker = Maker(known, self._at(-300))
        self.townspeople = Townspeople(self.year, self._at)
        self.agencies = {code: Agency.objects.get(code=code) for code in AGENCIES}
        self.convener = self.maker.user(
            "zhoushan.city", "舟山市级 金海平", Role.CITY_SUPERVISOR, city
        )

    def _at(self, after: int, hour: int = 10) -> datetime:
        """So many days after the quarter's end."""
        return moment(self.last_day + timedelta(days=after), hour, 0)

    def _user(self, code: str, part: str, role: Role) -> User:
        agency = self.agencies[code]
        name = f"{agency.name[:2]}{role.label}"
        return self.maker.user(f"{AGENCIES[code]}.{part}", name, role, agency)

    def enact(self) -> Meeting:
        people = {
            listed.name: self.townspeople.register(
                n, listed, checker=self._user(listed.agency, "reviewer", Role.REVIEWER)
            )
            for n, listed in enumerate(PEOPLE, start=1)
        }
        self._recognised_again(people["乐又安"])
        for code in AGENCIES:
            self._try(code)
        self._known_late(people)
        lists = [self._review(code) for code in AGENCIES]
        self._aid_before(people)
        for code, reviewed in zip(AGENCIES, lists, strict=True):
            reviewer = self._user(code, "reviewer", Role.REVIEWER)
            bottom_line.refresh(reviewed, actor=reviewer, at=self._at(16))
            approver = self._user(code, "approver", Role.APPROVER)
            bottom_line.seal(reviewed, actor=approver, at=self._at(17))
        meeting = self._meet()
        late = people["周迟报"]
        self._aid(late, "3000.00", OtherAid.Giver.CHARITY, "慈善总会救助决定", after=27)
        for code in AGENCIES:
            self._release(meeting, code)
        self._pay("330902")
        self._claim_back(people["童多付"])
        return meeting

    def _claim_back(self, person: Person) -> None:
        """Aid of the year that nobody told of before the bank had paid."""
        self._aid(person, "5000.00", OtherAid.Giver.CHARITY, "慈善总会救助决定", after=39)
        proposed = claims.propose_claim(
            person.bottom_line_cases.get(),
            kind="new_aid",
            explanation="慈善总会上年救助 5000.00 元，兜底支付后才上报，多付部分应予追回。",
            actor=self._user("330902", "reviewer", Role.REVIEWER),
            at=self._at(40),
        )
        approver = self._user("330902", "approver", Role.APPROVER)
        claims.agree_claim(proposed, actor=approver, at=self._at(41))

    def _recognised_again(self, again: Person) -> None:
        span = again.recipient_spans.get()
        end_recognition(span, last_day=date(self.year, 8, 31), actor=None, at=self._at(-100))
        self.townspeople.recognise(again, "DIBIAN", date(self.year, 12, 1), after=-20)

    def _known_late(self, people: dict[str, Person]) -> None:
        """After the trial of the first days of January, before the list is drawn up."""
        self._huimin(people["徐晚赔"], "330902")
        record_death(people["何终年"], died_on=self.last_day, actor=None, at=self._at(5))

    def _huimin(self, person: Person, code: str) -> None:
        """Paid in January for the year before: it counts in December, and the list is drawn up after it."""
        at, reviewer = self._at(8), self._user(code, "reviewer", Role.REVIEWER)
        source = PayerSource.objects.filter(agency=self.agencies[code], payer="huimin").first()
        source = source or payers.save_payer(
            None,
            agency=self.agencies[code],
            name="惠民保",
            payer="huimin",
            actor=reviewer,
            at=self._at(-30),
        )
        paid_on = localdate(self._at(5)).isoformat()
        row = (
            f"HMDD{self.year}",
            person.name,
            person.id_number,
            "6000.00",
            paid_on,
            str(self.year),
        )
        file = payers.upload_payer_file(
            source,
            content=as_csv(PAID_HEAD, [row]).encode(),
            filename="惠民保理赔（次年一月）.csv",
            actor=reviewer,
            at=at,
        )
        work(PAYER_EXECUTORS, at)
        payers.book_payer_file(file, actor=reviewer, at=at)
        work(PAYER_EXECUTORS, at)

    def _period(self, code: str) -> Period:
        agency = self.agencies[code]
        ListOffice.objects.get_or_create(
            agency=agency, defaults={"city": "zhoushan", "since": date(self.year, 1, 1)}
        )
        write_periods(localdate(self._at(12)))
        return Period.objects.get(
            agency=agency, kind=ListKind.BOTTOM_LINE, year=self.year, number=4
        )

    def _try(self, code: str) -> None:
        """Who would be on it: before the death and the late payments of the year are known."""
        reviewer, at = self._user(code, "reviewer", Role.REVIEWER), self._at(3)
        start_run(
            self._period(code), kind=RunKind.TRIAL, actor=reviewer, at=at, note="惠民保等数据未齐"
        )
        work(EXECUTORS, at)

    def _review(self, code: str) -> BottomLineList:
        reviewer, period = self._user(code, "reviewer", Role.REVIEWER), self._period(code)
        kind = RunKind.AGAIN if latest_run(period) else RunKind.REGULAR
        note = "各来源数据截至 1 月 12 日"
        run = start_run(period, kind=kind, actor=reviewer, at=self._at(12), note=note)
        work(EXECUTORS, self._at(12))
        run.refresh_from_db()
        return bottom_line.open_review(run, actor=reviewer, at=self._at(13))

    def _aid_before(self, people: dict[str, Person]) -> None:
        """Known before the list is sealed."""
        self._aid(people["沈普生"], "5000.00", OtherAid.Giver.RED_CROSS, "红十字会救助单", after=14)

    def _aid(
        self, person: Person, amount: str, giver: OtherAid.Giver, paper: str, *, after: int
    ) -> None:
        given_on = localdate(self._at(after))
        record_aid(
            person,
            benefit_year=self.year,
            giver=giver,
            amount=Decimal(amount),
            given_on=given_on,
            paper=paper,
            actor=None,
            at=self._at(after),
        )

    def _meet(self) -> Meeting:
        at, actor = self._at(24), self.convener
        meeting = meetings.convene(
            held_on=localdate(at),
            place="舟山市医疗保障局三楼会议室",
            chair="金海平",
            actor=actor,
            at=at,
        )
        rows = list(meeting.attendance.order_by("id"))
        present = {row.department_id: "到会代表" for row in rows[:-1]}
        meetings.record_attendance(meeting, present=present, actor=actor, at=at)
        for row in meeting.resolutions.order_by("id"):
            meetings.resolve(
                row,
                vote="granted",
                amount=row.proposed,
                reason="",
                source=None,
                actor=actor,
                at=at,
            )
        meetings.close_votes(meeting, actor=actor, at=at)
        signed = ContentFile(page("兜底保障联席会议纪要"), name="纪要.png")
        return meetings.file_minutes(meeting, scan=signed, actor=actor, at=self._at(25))

    def _release(self, meeting: Meeting, code: str) -> None:
        fund = open_fund_year(
            agency=self.agencies[code],
            programme=Programme.BOTTOM_LINE,
            year=self.year + 1,
            actor=None,
        )
        budget(
            fund,
            kind=LedgerTransaction.Kind.BUDGET,
            amount=Decimal("300000.00"),
            reference=f"舟财社〔{self.year + 1}〕7号",
            actor=self._user(code, "fund", Role.FUND_SUPERVISOR),
            at=self._at(20),
        )
        approver = self._user(code, "approver", Role.APPROVER)
        mine = meeting.resolutions.filter(case__list__run__period__agency__code=code)
        for row in mine.order_by("id"):
            releases.release(row, actor=approver, at=self._at(29))

    def _pay(self, code: str) -> None:
        """The bank has paid what one agency released; the other one's awards are still due."""
        agency, programme = self.agencies[code], Programme.BOTTOM_LINE
        first = self._user(code, "payment1", Role.PAYMENT_OFFICER)
        second = self._user(code, "payment2", Role.PAYMENT_OFFICER)
        awards = list(due_awards(agency, programme))
        batch = draw_up_batch(
            agency=agency, programme=programme, awards=awards, actor=first, at=self._at(33)
        )
        batch = confirm_batch(batch, actor=second, at=self._at(34))
        batch = send_batch(batch, actor=first, at=self._at(34, 15))
        rows = [
            (str(line.position), line.holder_name, line.account_number, str(line.amount), "成功")
            for line in live_lines(batch)
        ]
        read_return(
            batch,
            content=as_csv(RETURN_COLUMNS, rows).encode(),
            filename=f"{batch.number}-回盘.csv",
            actor=first,
            at=self._at(36),
        )
