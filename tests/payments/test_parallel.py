"""Two people at once, each in a transaction and on a connection of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from assistance.payments import operations
from assistance.payments.models import Batch, Bounce, LedgerTransaction, Programme
from assistance.payments.operations import CannotBatch, CannotMove, NotEnoughMoney
from assistance.payments.queries import available, balances, check_ledger
from assistance.registry.models import AccessLog
from assistance.registry.operations import record_death, revoke_death
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.payments import (
    AT,
    LATER,
    make_award,
    make_batch,
    make_checked_account,
    make_claim,
    make_fund_year,
    read_answer,
    return_file,
    return_rows,
)

PATIENCE = 20.0

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db) -> Cast:
    return Cast()


def on_own_connection(call: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        try:
            return call()
        finally:
            connection.close()

    return run


def someone_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


def second_waits(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Future[Any]]:
    """Do `first`, and before it is committed start `second`; both results, when both are through.

    Fails unless the second really waits for a lock of the first.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            done = first()
            waiting = pool.submit(on_own_connection(second))
            give_up = time.monotonic() + PATIENCE
            while not someone_waits_for_a_lock():
                assert not waiting.done(), "the second did not wait for the first"
                assert time.monotonic() < give_up
                time.sleep(0.01)
        waiting.exception(timeout=PATIENCE)
    return done, waiting


def test_two_approvals_never_exceed_the_balance(cast):
    fund_year = make_fund_year(cast, amount=Decimal("100.00"))

    def reserve(reference):
        return lambda: operations.reserve(
            fund_year, amount=Decimal("60.00"), reference=reference, actor=cast.approver, at=AT
        )

    _first, second = second_waits(reserve("A/1"), reserve("B/1"))
    with pytest.raises(NotEnoughMoney):
        second.result()
    assert available(fund_year) == Decimal("40.00")


def test_two_approvals_under_one_reference_book_once(cast):
    fund_year = make_fund_year(cast)

    def reserve():
        return operations.reserve(
            fund_year, amount=Decimal("60.00"), reference="A/1", actor=cast.approver, at=AT
        )

    first, second = second_waits(reserve, reserve)
    assert second.result() == first
    assert LedgerTransaction.objects.filter(kind="reserve").count() == 1


def test_two_budgets_of_one_paper_count_once(cast):
    fund_year = make_fund_year(cast, amount=None)

    def budget():
        return operations.budget(
            fund_year,
            kind=LedgerTransaction.Kind.BUDGET,
            amount=Decimal("60.00"),
            reference="paper",
            actor=cast.fund,
            at=AT,
        )

    first, second = second_waits(budget, budget)
    assert second.result() == first
    assert available(fund_year) == Decimal("60.00")


def test_two_carry_overs_never_exceed_what_is_left(cast):
    old, new = (
        make_fund_year(cast, amount=Decimal(100)),
        make_fund_year(cast, year=2027, amount=None),
    )

    def carry(reference):
        return lambda: operations.budget(
            new,
            kind=LedgerTransaction.Kind.CARRY_OVER,
            amount=Decimal("60.00"),
            reference=reference,
            actor=cast.fund,
            at=AT,
        )

    _first, second = second_waits(carry("a"), carry("b"))
    with pytest.raises(NotEnoughMoney):
        second.result()
    assert (available(old), available(new)) == (40, 60)


def test_two_awards_of_one_approval_are_one(cast):
    fund_year = make_fund_year(cast)
    model = make_award(cast, fund_year)
    operations.reserve(fund_year, amount=Decimal(5), reference="A/1", actor=cast.approver, at=AT)

    def award():
        return operations.create_award(
            programme=Programme.JINGNING,
            agency=cast.agency,
            person=model.person,
            account=model.account,
            amount=Decimal(5),
            benefit_year=2025,
            fund_year=fund_year,
            source="A/1",
            at=AT,
        )

    first, second = second_waits(award, award)
    assert second.result() == first
    assert check_ledger(fund_year) == []


def test_two_batches_over_the_same_awards(cast):
    fund_year = make_fund_year(cast)
    awards = [make_award(cast, fund_year) for _n in range(3)]

    def draw_up(chosen, actor):
        return lambda: operations.draw_up_batch(
            agency=cast.agency,
            programme=Programme.JINGNING,
            awards=chosen,
            actor=actor,
            at=AT,
        )

    assert cast.payer.roles
    assert cast.second_payer.roles
    first, second = second_waits(
        draw_up(awards[:2], cast.payer), draw_up(awards[:0:-1], cast.second_payer)
    )
    with pytest.raises(CannotBatch) as refusal:
        second.result()
    assert str(refusal.value).startswith(awards[1].number)
    assert list(Batch.objects.all()) == [first]
    awards[2].refresh_from_db()
    assert awards[2].state == "due"


def test_a_batch_and_the_reopening_of_its_case(cast):
    fund_year = make_fund_year(cast)
    award = make_award(cast, fund_year)
    _batch, second = second_waits(
        lambda: make_batch(cast, [award]),
        lambda: operations.cancel_award(award, reason="reopened", actor=cast.approver, at=AT),
    )
    with pytest.raises(CannotMove):
        second.result()
    assert check_ledger(fund_year) == []


def test_two_confirmations_count_once(cast):
    batch = make_batch(cast, [make_award(cast, make_fund_year(cast))])
    third = Cast().outside_payer
    type(third).objects.filter(pk=third.pk).update(agency=cast.agency)
    third.refresh_from_db()
    first, second = second_waits(
        lambda: operations.confirm_batch(batch, actor=cast.second_payer, at=AT),
        lambda: operations.confirm_batch(batch, actor=third, at=LATER),
    )
    with pytest.raises(NotAllowed):
        second.result()
    batch.refresh_from_db()
    assert (batch.confirmed_by, batch.confirmed_at) == (cast.second_payer, AT)
    assert first.state == "confirmed"


def test_a_line_taken_out_while_the_batch_is_confirmed(cast):
    fund_year = make_fund_year(cast)
    batch = make_batch(cast, [make_award(cast, fund_year), make_award(cast, fund_year)])
    line = batch.lines.get(position=1)
    _line, second = second_waits(
        lambda: operations.drop_line(batch, line, reason="r", actor=cast.payer, at=AT),
        lambda: operations.confirm_batch(
            batch, total=Decimal("15000.00"), actor=cast.second_payer, at=AT
        ),
    )
    with pytest.raises(Refused, match=r"7,500\.00"):
        second.result()
    batch.refresh_from_db()
    assert batch.state == "draft"


def test_two_hand_outs_send_once_and_give_the_same_file(cast):
    fund_year = make_fund_year(cast)
    batch = make_batch(cast, [make_award(cast, fund_year)], confirmed=True)
    _sent, second = second_waits(
        lambda: operations.send_batch(batch, actor=cast.payer, at=AT),
        lambda: operations.hand_out_file(batch, actor=cast.second_payer, at=LATER),
    )
    assert second.result() == operations.hand_out_file(batch, actor=cast.payer, at=LATER)
    batch.refresh_from_db()
    assert (batch.sent_by, batch.sent_at) == (cast.payer, AT)
    assert balances(fund_year)["in_transit"] == Decimal("7500.00")
    assert LedgerTransaction.objects.filter(kind="send").count() == 1
    assert AccessLog.objects.filter(kind="bank_file").count() == 2


@pytest.mark.parametrize("same_file", [True, False])
def test_two_readings_of_the_return_count_once(cast, same_file):
    fund_year = make_fund_year(cast)
    batch = make_batch(cast, [make_award(cast, fund_year)], sent=True)
    files = [return_file(return_rows(batch)), return_file(return_rows(batch, failed={1: "x"}))]

    def read(content, actor):
        return lambda: operations.read_return(
            batch, content=content, filename="r.csv", actor=actor, at=LATER
        )

    first, second = second_waits(
        read(files[0], cast.payer), read(files[0 if same_file else 1], cast.second_payer)
    )
    with pytest.raises(Refused):
        second.result()
    assert (first.paid, first.failed) == (1, 0)
    assert balances(fund_year)["paid_out"] == Decimal("7500.00")
    assert check_ledger(fund_year) == []


@pytest.mark.parametrize("same_number", [True, False])
def test_two_records_of_the_same_bounce_count_once(cast, same_number):
    fund_year = make_fund_year(cast)
    batch = make_batch(cast, [make_award(cast, fund_year)], sent=True)
    read_answer(batch, actor=cast.payer)
    line = batch.lines.get()

    def record(actor, reference):
        return lambda: operations.bounce(
            line,
            came_back_on=LATER.date(),
            reason="x",
            reference=reference,
            actor=actor,
            at=LATER,
        )

    assert cast.payer.roles
    assert cast.second_payer.roles
    first, second = second_waits(
        record(cast.payer, "T1"), record(cast.second_payer, "T1" if same_number else "T2")
    )
    if same_number:
        assert second.result() == first
    else:
        with pytest.raises(Refused, match="T1"):
            second.result()
    assert Bounce.objects.get() == first
    assert balances(fund_year)["reserved"] == Decimal("7500.00")
    assert check_ledger(fund_year) == []


@pytest.mark.parametrize("bounce_first", [True, False])
def test_a_bounce_and_the_reissue_of_its_award_book_the_money_once(cast, bounce_first):
    fund_year = make_fund_year(cast)
    award = make_award(cast, fund_year)
    batch = make_batch(cast, [award], sent=True)
    read_answer(batch, actor=cast.payer)
    line, account = batch.lines.get(), make_checked_account(cast, award.person)
    told = {"came_back_on": LATER.date(), "reason": "x", "reference": "T1", "at": LATER}
    payer, second = cast.payer, cast.second_payer

    def come_back() -> Any:
        return operations.bounce(line, **told, actor=payer)

    def reissue() -> Any:
        return operations.reissue(award, account=account, actor=second, at=LATER)

    if not bounce_first:
        # The same bounce once more, while its award is being reissued.
        come_back()
    first, waiting = second_waits(*((come_back, reissue) if bounce_first else (reissue, come_back)))
    award.refresh_from_db()
    assert (award.state, award.account) == ("due", account)
    assert {type(first), type(waiting.result())} == {Bounce, type(award)}
    assert Bounce.objects.count() == 1
    assert balances(fund_year)["reserved"] == Decimal("7500.00")
    assert check_ledger(fund_year) == []


def test_two_confirmations_of_a_claim_count_once(cast):
    fund_year = make_fund_year(cast)
    award = make_award(cast, fund_year)
    record_death(award.person, died_on=AT.date(), actor=cast.clerk, at=AT)
    operations.follow_deaths(at=AT)
    claim = make_claim(cast, award)

    def confirm(actor):
        return lambda: operations.confirm_claim(
            award, number=claim.account.number, actor=actor, at=LATER
        )

    assert cast.reviewer.roles
    assert cast.second_reviewer.roles
    _first, second = second_waits(confirm(cast.reviewer), confirm(cast.second_reviewer))
    with pytest.raises(Refused):
        second.result()
    claim.refresh_from_db()
    award.refresh_from_db()
    assert (claim.decided_by, award.state) == (cast.reviewer, "due")


def test_a_revoked_death_and_the_confirmation_of_its_claim(cast):
    award = make_award(cast, make_fund_year(cast))
    record_death(award.person, died_on=AT.date(), actor=cast.clerk, at=AT)
    operations.follow_deaths(at=AT)
    claim = make_claim(cast, award)
    assert cast.reviewer.roles

    def revoked():
        revoke_death(award.person, reason="误录", actor=cast.clerk, at=LATER)
        return operations.follow_deaths(at=LATER)

    followed, second = second_waits(
        revoked,
        lambda: operations.confirm_claim(
            award, number=claim.account.number, actor=cast.reviewer, at=LATER
        ),
    )
    assert followed.voided == 1
    with pytest.raises(Refused):
        second.result()
    award.refresh_from_db()
    assert (award.state, award.claim) == ("held", None)
