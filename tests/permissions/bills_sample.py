"""Deliveries of bills to Jingning's agency, with a row in doubt of each kind that a path needs."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from assistance.policies.operations import draft_policy
from assistance.settlements.models import (
    BillInDoubt,
    BillSource,
    PsychiatricMark,
    PsychiatricTerm,
    Settlement,
)
from assistance.settlements.operations import draft_source, judge_difference
from assistance.settlements.queries import doubt_row
from assistance.settlements.sources import national_text
from tests.factories.accounts import Cast
from tests.factories.county import county_text
from tests.factories.deliveries import as_csv, bill_row, make_source, receive_file, work
from tests.factories.registry import make_bill, make_person, new_number


class BillsSample:
    def __init__(self, cast: Cast) -> None:
        self.source = make_source()
        self.person = make_person("雷三妹")
        number = new_number()
        content = as_csv(
            bill_row(self.person),
            bill_row(self.person, medfee_sumamt="10000,00"),
            bill_row(None, certno=number),
        )
        self.delivery = receive_file(self.source, content)
        work(self.delivery)
        make_person(id_number=number)
        self.bill = Settlement.objects.get(delivery=self.delivery)
        self.doubt = BillInDoubt.objects.get(
            delivery=self.delivery, reason=BillInDoubt.Reason.BAD_ROW
        )
        self.row = list(doubt_row(self.doubt).values())
        self.drafted = self._drafted(cast)
        self.county = draft_policy(
            cast.agency, text=county_text(), actor=cast.administrator, at=timezone.now()
        )
        self.differing, self.judged = self._differing(), self._differing()
        judge_difference(
            self.judged,
            outcome="sender",
            reason="平台重结",
            actor=cast.reviewer,
            at=timezone.now(),
        )

    def _differing(self) -> Settlement:
        """Of which our own figure, by a decided mark, is not what was granted."""
        bill = make_bill(self.person, "7000.00")
        PsychiatricMark.objects.create(
            settlement=bill,
            proposal=PsychiatricTerm.Verdict.YES,
            because="F20",
            decided=True,
            reason="出院小结",
            decided_at=timezone.now(),
            own_figure=Decimal("123.00"),
        )
        return bill

    def _drafted(self, cast: Cast) -> BillSource:
        """With a draft that an administrator wrote."""
        text = f"{national_text()}\n# 2026\n"
        return draft_source(make_source(), text=text, actor=cast.administrator, at=timezone.now())
