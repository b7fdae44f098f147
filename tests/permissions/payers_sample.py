"""A further payer of Jingning's agency with a file and the rows it left in doubt."""

from __future__ import annotations

from assistance.settlements.models import PayerDoubt, PsychiatricMark, PsychiatricTerm, Settlement
from tests.factories.accounts import Cast
from tests.factories.payers import make_payer, paid_row, received, upload, work
from tests.factories.registry import make_bill, make_person


def _mark(bill: Settlement) -> PsychiatricMark:
    """As if the bill had come with a diagnosis that leaves it open."""
    unclear = PsychiatricTerm.Verdict.UNCLEAR
    return PsychiatricMark.objects.create(settlement=bill, proposal=unclear, because="F41 焦虑")


class PayersSample:
    def __init__(self, cast: Cast) -> None:
        self.source = make_payer(name="惠民保")
        assert self.source.agency == cast.agency
        self.person = make_person("柳细妹")
        self.bill = make_bill(self.person, "9000.00", invoice_number="880011")
        self.file = received(
            self.source,
            paid_row(self.person, 发票号="880011"),
            paid_row(self.person, 发票号="880012"),
            paid_row(self.person, "x"),
            paid_row(None),
        )
        self.waiting = work(upload(make_payer("union", name="工会"), paid_row(self.person)))
        self.mark = _mark(self.bill)
        self.without_bill = self.file.doubts.get(reason=PayerDoubt.Reason.NO_BILL)
        self.unreadable = self.file.doubts.get(reason=PayerDoubt.Reason.BAD_ROW)
