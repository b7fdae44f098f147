"""Bottom-line lists of a city and two agencies below it, as a finished run would leave them."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from assistance.accounts.models import Agency, User
from assistance.accounts.roles import Role
from assistance.calculation import ENGINE
from assistance.entitlements.models import PersonYear
from assistance.payments.models import FundSource, FundYear, LedgerTransaction, Programme
from assistance.payments.operations import budget, open_fund_year
from assistance.policies.models import PolicyVersion
from assistance.policies.operations import release_templates
from assistance.policies.queries import version_in_force
from assistance.registry.models import Person
from assistance.registry.queries import held_by, recipient_on
from assistance.screening.models import (
    BottomLineCase,
    BottomLineList,
    ListEntry,
    ListRun,
    Meeting,
    MeetingDepartment,
    Period,
)
from assistance.screening.operations import bottom_line, meetings
from assistance.screening.states import ListKind, Movement, RunKind, RunState
from assistance.shared.money import from_fen
from tests.factories.accounts import Cast, user
from tests.factories.files import upload
from tests.factories.registry import make_account, make_bill, make_person

QUARTER_END = date(2025, 9, 30)
AT = datetime(2025, 10, 13, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DEPARTMENTS = ("医疗保障局", "财政局", "民政局", "红十字会")
_serial = itertools.count(1)


class City(Cast):
    """The cast of Jingning with approvers enough for four eyes, and the neighbouring county below the same city."""

    @cached_property
    def other_agency(self) -> Agency:
        """云和, under the same city."""
        return Agency.objects.get_or_create(
            code="331125", defaults={"name": "云和县医疗保障局", "parent": self.city_agency}
        )[0]

    @cached_property
    def other_reviewer(self) -> User:
        return user("yunhe_reviewer", Role.REVIEWER, agency=self.other_agency)

    @cached_property
    def other_approver(self) -> User:
        return user("yunhe_approver", Role.APPROVER, agency=self.other_agency)

    @cached_property
    def other_fund(self) -> User:
        return user("yunhe_fund", Role.FUND_SUPERVISOR, agency=self.other_agency)


def policy(on: date = QUARTER_END) -> PolicyVersion:
    if not PolicyVersion.objects.filter(code="ZS22").exists():
        release_templates(at=AT)
    return version_in_force("ZS22", on=on)


def departments() -> None:
    """As the migration seeds them; made anew in a database without them."""
    if not MeetingDepartment.objects.exists():
        MeetingDepartment.objects.bulk_create(
            MeetingDepartment(name=name, position=position)
            for position, name in enumerate(DEPARTMENTS, start=1)
        )


def make_listed(
    cast: Cast,
    burden: str | Decimal = "65000.00",
    *,
    name: str = "",
    account: bool = True,
    settled_on: date = date(2025, 8, 20),
    booked_at: datetime = AT - timedelta(days=1),
    **given: Any,
) -> Person:
    """A recipient with one bill that leaves him this in-scope cost, and a checked card."""
    given.setdefault("category", "DIBAO")
    person = make_person(name, at=AT - timedelta(days=90), **given)
    if Decimal(burden):
        make_bill(person, burden, settled_on=settled_on, at=booked_at)
    if account:
        make_account(person, entered_by=cast.clerk, checked_by=cast.reviewer, at=AT)
    return person


def make_run(
    agency: Agency,
    *people: Person,
    last_day: date = QUARTER_END,
    kind: RunKind = RunKind.REGULAR,
    at: datetime = AT,
) -> ListRun:
    """A finished list of these people, with what their accounts say on its day."""
    period, _made = Period.objects.get_or_create(
        agency=agency,
        kind=ListKind.BOTTOM_LINE,
        year=last_day.year,
        number=last_day.month // 3,
        defaults={
            "last_day": last_day,
            "due_on": last_day + timedelta(days=1),
            "state": "done",
        },
    )
    run = ListRun.objects.create(
        period=period,
        kind=kind,
        state=RunState.DONE,
        as_of=last_day,
        version=policy(last_day),
        engine=ENGINE,
        started_at=at,
        finished_at=at,
    )
    for person in people:
        _entry(run, person, last_day)
    return run


def _entry(run: ListRun, person: Person, day: date) -> ListEntry:
    accounts = held_by(PersonYear.objects.filter(year=day.year), person)
    total = in_scope = 0
    for account in accounts:
        total += account.own_total[day.month - 1]
        in_scope += account.own_in_scope[day.month - 1]
    span = recipient_on(person, day).first()
    return ListEntry.objects.create(
        run=run,
        person=person,
        township=person.township,
        category=span.category if span else None,
        burden=from_fen(max(0, in_scope)),
        own_total=from_fen(max(0, total)),
        own_in_scope=from_fen(max(0, in_scope)),
        movement=Movement.ENTERED,
    )


def make_review(cast: Cast, *people: Person, at: datetime = AT, **given: Any) -> BottomLineList:
    return bottom_line.open_review(
        make_run(cast.agency, *people, **given), actor=cast.reviewer, at=at
    )


def make_sealed(cast: Cast, *people: Person, at: datetime = AT, **given: Any) -> BottomLineList:
    return bottom_line.seal(make_review(cast, *people, at=at, **given), actor=cast.approver, at=at)


def case_of(person: Person) -> BottomLineCase:
    return BottomLineCase.objects.filter(person=person).latest("id")


def make_meeting(cast: Cast, *, at: datetime = AT) -> Meeting:
    departments()
    return meetings.convene(
        held_on=at.date(),
        place="市医保局三楼会议室",
        chair="严望山",
        actor=cast.city_supervisor,
        at=at,
    )


def hold(cast: Cast, meeting: Meeting, *, at: datetime = AT, votes: bool = True) -> Meeting:
    """Everybody comes, everything is granted as proposed, the minutes are signed."""
    actor = cast.city_supervisor
    present = {row.department_id: "张代表" for row in meeting.attendance.all()}
    meetings.record_attendance(meeting, present=present, actor=actor, at=at)
    for row in meeting.resolutions.filter(vote=""):
        if votes:
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
    return meetings.file_minutes(meeting, scan=upload(), actor=actor, at=at)


def make_fund(
    cast: Cast,
    *,
    agency: Agency | None = None,
    fund: User | None = None,
    year: int = 2025,
    source: FundSource | None = None,
    amount: Decimal = Decimal("500000.00"),
    at: datetime = AT,
) -> FundYear:
    """The account of the bottom-line money of an agency, with a budget."""
    opened = open_fund_year(
        agency=agency or cast.agency,
        programme=Programme.BOTTOM_LINE,
        year=year,
        source=source,
        actor=None,
    )
    budget(
        opened,
        kind=LedgerTransaction.Kind.BUDGET,
        amount=amount,
        reference=f"兜底〔{year}〕{next(_serial)}号",
        actor=fund or cast.fund,
        at=at,
    )
    return opened


def fresh(row: Model) -> Any:
    """The row as it is now."""
    return type(row)._default_manager.get(pk=row.pk)
