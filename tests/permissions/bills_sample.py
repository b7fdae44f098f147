"""Deliveries of bills to Jingning's agency, with a row in doubt of each kind that a path needs."""

from __future__ import annotations

from django.utils import timezone

from assistance.settlements.models import BillInDoubt, BillSource, Settlement
from assistance.settlements.operations import draft_source
from assistance.settlements.queries import doubt_row
from assistance.settlements.sources import national_text
from tests.factories.accounts import Cast
from tests.factories.deliveries import as_csv, bill_row, make_source, receive_file, work
from tests.factories.registry import make_person, new_number


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

    def _drafted(self, cast: Cast) -> BillSource:
        """With a draft that an administrator wrote."""
        text = f"{national_text()}\n# 2026\n"
        return draft_source(make_source(), text=text, actor=cast.administrator, at=timezone.now())
