"""Awards in every state, and batches as far as each step, in this year's fund account."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from assistance.payments import operations
from assistance.payments.models import Award, Batch, Programme
from assistance.payments.states import AwardState, BatchState
from assistance.registry.operations import record_death
from tests.factories.accounts import Cast
from tests.factories.payments import (
    make_award,
    make_checked_account,
    make_claim,
    make_fund_year,
    read_answer,
)


class PaymentsSample:
    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.now = timezone.localtime()
        self.year = timezone.localdate().year
        self.fund_year = make_fund_year(cast, year=self.year, at=self.now)
        self.given = self.fund_year.transactions.order_by("-pk")[0]
        self.due = self._award()
        self.held = operations.hold_award(
            self._award(), reason="核实", actor=cast.payer, at=self.now
        )
        self.cancelled = operations.cancel_award(
            self._award(), reason="重复", actor=None, at=self.now
        )
        # By the second payment officer, so that the first may confirm it; and one that he may not.
        self.draft = self._batch([self._award(), self._award()], by_second=True)
        self.payers_draft = self._batch([self._award()])
        self.confirmed = self._batch([self._award()], confirmed=True)
        self.sent = self._batch([self._award()], sent=True)
        self.paid, self.failed = self._answered()
        self.new_account = make_checked_account(cast, self.failed.person)
        # Of somebody who has died: without a claim, and with one that waits for a second person.
        self.dead, self.claimed = (self._of_the_dead() for _n in range(2))
        self.claim = make_claim(cast, self.claimed, at=self.now)
        held = set(Award.objects.values_list("state", flat=True))
        assert held == set(AwardState), "an award in every state"
        assert set(Batch.objects.values_list("state", flat=True)) >= set(BatchState) - {
            BatchState.DISCARDED
        }

    def _of_the_dead(self) -> Award:
        award = self._award()
        record_death(award.person, died_on=self.now.date(), actor=self.cast.clerk, at=self.now)
        return award

    def _award(self) -> Award:
        return make_award(self.cast, self.fund_year, at=self.now)

    def _batch(
        self,
        awards: Iterable[Award],
        *,
        by_second: bool = False,
        confirmed: bool = False,
        sent: bool = False,
    ) -> Batch:
        first, second = self.cast.payer, self.cast.second_payer
        batch = operations.draw_up_batch(
            agency=self.cast.agency,
            programme=Programme.JINGNING,
            awards=awards,
            actor=second if by_second else first,
            at=self.now,
        )
        if confirmed or sent:
            batch = operations.confirm_batch(batch, actor=second, at=self.now)
        if sent:
            batch = operations.send_batch(batch, actor=first, at=self.now)
        return batch

    def _answered(self) -> tuple[Award, Award]:
        """Two awards that the bank has answered: one paid, one failed."""
        paid, failed = self._award(), self._award()
        batch = self._batch([paid, failed], sent=True)
        read_answer(batch, actor=self.cast.payer, failed={2: "账号有误"}, at=self.now)
        paid.refresh_from_db()
        failed.refresh_from_db()
        return paid, failed
