"""The partner offices of the neighbours: what was pushed to them in the last months, and what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from assistance.accounts.models import Agency, Division
from assistance.accounts.roles import Role
from assistance.demo.days import Days, moment
from assistance.demo.papers import page
from assistance.demo.staff import Maker
from assistance.screening.models import ListRun, PartnerMember, PartnerOffice, Push
from assistance.screening.operations import answer_push, push_run, remind_due
from assistance.screening.states import PUSHED, VERIFIED, PartnerKind, RunState

ONE_DAY = timedelta(days=1)
# Pushed on a day after the month, answered a week later.
PUSHED_AFTER, ANSWERED_AFTER = 3, 10
MONTHS = 3


@dataclass(frozen=True, slots=True)
class Desk:
    kind: PartnerKind
    name: str
    username: str
    clerk: str


DESKS = (
    Desk(PartnerKind.CIVIL_AFFAIRS, "民政局", "minzheng", "民政 周怀安"),
    Desk(PartnerKind.RED_CROSS, "红十字会", "hongshizi", "红会 林博爱"),
    Desk(PartnerKind.CHARITY, "慈善总会", "cishan", "慈善 郑有余"),
)
# Who is told of large costs (LX20-4.2, WZ19-3.5).
WARNED = DESKS[:1]
# One after the other; the last of four is left open.
OF_POOLS: tuple[dict[str, Any], ...] = (
    {"answer": "recognised", "note": "已纳入低边"},
    {"answer": "not_recognised", "note": "家庭收入超过低边标准"},
    {"answer": "pending", "note": "已派乡镇入户核查"},
)
OF_WATCH: tuple[dict[str, Any], ...] = (
    {"answer": "aided", "note": "临时救助"},
    {"answer": "not_aided", "note": "本年度已救助过一次"},
    {"answer": "pending", "note": "待审批会研究"},
)


def work_with_partners(
    agency: Agency, maker: Maker, prefix: str, days: Days, desks: Sequence[Desk]
) -> int:
    """Open the desks, push the lists of the last months and answer three of four; how many were pushed."""
    since = (days.today.replace(day=1) - ONE_DAY * 31 * MONTHS).replace(day=1)
    place = Division.objects.get(code=agency.code).name
    for desk in desks:
        office = PartnerOffice.objects.create(
            agency=agency,
            kind=desk.kind,
            name=f"{place}{desk.name}",
            recognises=desk.kind is PartnerKind.CIVIL_AFFAIRS,
            since=since,
        )
        user = maker.user(f"{prefix}.{desk.username}", desk.clerk, Role.PARTNER, agency)
        PartnerMember.objects.create(user=user, office=office)
    runs = ListRun.objects.filter(
        period__agency=agency,
        period__kind__in=sorted(PUSHED),
        state=RunState.DONE,
        as_of__gte=since,
    ).select_related("period__agency__parent", "version")
    pushed = sum(_push(run, days) for run in runs.order_by("as_of", "id"))
    remind_due(at=moment(days.ago(1), 18, 0))
    return pushed


def _push(run: ListRun, days: Days) -> int:
    pushed = push_run(run, at=moment(_day(run.as_of, PUSHED_AFTER, days), 9, 0))
    on = _day(run.as_of, ANSWERED_AFTER, days)
    rows = Push.objects.filter(hand_out__run=run).select_related("office").order_by("id")
    for n, push in enumerate(rows):
        answers = OF_POOLS if push.list in VERIFIED else OF_WATCH
        if n % 4 < len(answers):
            _answer(push, answers[n % 4], on)
    return pushed


def _day(as_of: date, after: int, days: Days) -> date:
    return min(as_of + timedelta(days=after), days.ago(1))


def _answer(push: Push, given: dict[str, Any], on: date) -> None:
    """By the office's one clerk; aid with a specimen of the paper."""
    actor = PartnerMember.objects.select_related("user").get(office=push.office).user
    aid: dict[str, Any] = {}
    if given["answer"] == "aided":
        paper = ContentFile(page("救助审批表"), name="救助审批表.png")
        aid = {"amount": Decimal("2000.00"), "given_on": on, "paper": paper}
    answer_push(push, **given, **aid, actor=actor, at=moment(on, 15, 30))
