"""Everything that happened in the county, in the order of its days."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistance.demo.afterwards import Afterwards
from assistance.demo.cast import Story
from assistance.demo.days import Days
from assistance.demo.deliveries import deliver_bills
from assistance.demo.everyday import Everyday
from assistance.demo.identities import merge_records
from assistance.demo.letters import Correspondence
from assistance.demo.money import (
    CONFIRMED_RUN,
    DRAFT_RUN,
    PAID_RUNS,
    SENT_RUN,
    Fund,
    PaymentOffice,
)
from assistance.demo.monthly import compare_list
from assistance.demo.notices import Publicity
from assistance.demo.payer_files import take_payers_files
from assistance.demo.schedule import Schedule
from assistance.demo.staff import Staff
from assistance.demo.twists import Twist
from assistance.demo.walks import Walk


def enact(stories: Sequence[Story], staff: Staff, days: Days, say: Callable[[str], object]) -> None:
    """Walk every story through the real operations, back-dated, up to the midnight before today.

    All of them advance together, so numbers, notices, batches and balances follow each other as they
    would have. The people of the stories must be in the register.
    """
    schedule = Schedule(days.end)
    walks = [Walk(story, staff) for story in stories]
    publicity = Publicity(schedule, staff, days)
    letters = Correspondence(days)
    first = min(story.times[0][1] for story in stories).date()
    fund = Fund(staff, days)
    fund.open(first)
    for year in range(min(first.year, days.today.year - 1), days.today.year + 1):
        schedule.begin(fund.tell(year))
    for walk in walks:
        schedule.begin(publicity.tell(walk))
        schedule.begin(letters.tell(walk))
    office = PaymentOffice(staff, days, fund, walks)
    for ago in (*PAID_RUNS, SENT_RUN, CONFIRMED_RUN, DRAFT_RUN):
        schedule.begin(office.run(ago))
    for walk in walks:
        if walk.story.plan.twist is Twist.REISSUED:
            schedule.begin(office.mend(walk))
    afterwards, everyday = Afterwards(staff, days), Everyday(staff, days, walks)
    schedule.begin(everyday.sign())
    schedule.begin(compare_list(staff, days))
    schedule.begin(deliver_bills(staff, days))
    schedule.begin(take_payers_files(staff, days))
    schedule.begin(office.run_of_sunday_june())
    for walk in walks:
        schedule.begin(everyday.tell(walk))
        schedule.begin(afterwards.tell(walk))
        if walk.story.twin is not None:
            schedule.begin(merge_records(walk, walk.story.twin, staff, days))
        schedule.begin(publicity.corrections.after_payment(walk))
    schedule.run(say)
