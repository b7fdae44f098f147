from __future__ import annotations

import pytest

from assistance.payments.models import Award, AwardChange, Batch
from assistance.payments.operations import CannotMove
from assistance.payments.operations.awards import lock_awards, move_awards
from assistance.payments.operations.batches import move_batch
from assistance.payments.states import (
    AWARD_MOVES,
    BATCH_MOVES,
    HANDED_OUT,
    UNSENT_AWARDS,
    AwardState,
    BatchState,
)
from tests.factories.payments import AT, make_award, make_batch


@pytest.mark.parametrize(
    ("moves", "states"), [(AWARD_MOVES, AwardState), (BATCH_MOVES, BatchState)]
)
def test_moves_know_every_state_and_no_other(moves, states):
    assert set(moves) == set(states)
    assert set().union(*moves.values()) <= set(states)


@pytest.mark.parametrize(
    ("moves", "start"), [(AWARD_MOVES, AwardState.DUE), (BATCH_MOVES, BatchState.DRAFT)]
)
def test_every_state_can_be_reached(moves, start):
    reached, edge = {start}, {start}
    while edge:
        edge = set().union(*(moves[state] for state in edge)) - reached
        reached |= edge
    assert reached == set(moves)


def test_money_that_left_the_office_has_no_way_back_but_the_banks_answer():
    assert AWARD_MOVES[AwardState.SENT] == {AwardState.PAID, AwardState.FAILED}
    assert AWARD_MOVES[AwardState.PAID] == frozenset()
    assert BATCH_MOVES[BatchState.SENT] == {BatchState.CLOSED}


def test_cancelled_can_become_what_is_neither_in_a_batch_nor_paid():
    cancellable = {state for state in AwardState if AwardState.CANCELLED in AWARD_MOVES[state]}
    assert cancellable == UNSENT_AWARDS


def test_handed_out_are_the_states_after_sending():
    assert {BatchState.SENT} | BATCH_MOVES[BatchState.SENT] == HANDED_OUT


@pytest.mark.parametrize("state", AwardState)
@pytest.mark.parametrize("to", AwardState)
def test_move_awards_allows_exactly_the_table(cast, fund_year, state, to):
    award = make_award(cast, fund_year)
    Award.objects.filter(pk=award.pk).update(state=state)
    (locked,) = lock_awards([award.pk])
    before = AwardChange.objects.count()
    if to in AWARD_MOVES[state]:
        move_awards([locked], to, actor=cast.payer, at=AT, reason="because")
        change = AwardChange.objects.latest("id")
        assert (change.from_state, change.to_state, change.by, change.reason) == (
            state,
            to,
            cast.payer,
            "because",
        )
        award.refresh_from_db()
        assert (award.state, award.state_reason, award.state_since) == (to, "because", AT)
    else:
        with pytest.raises(CannotMove):
            move_awards([locked], to, actor=cast.payer, at=AT)
        award.refresh_from_db()
        assert (award.state, AwardChange.objects.count()) == (state, before)


def test_move_awards_changes_none_when_one_may_not(cast, fund_year):
    due, paid = make_award(cast, fund_year), make_award(cast, fund_year)
    Award.objects.filter(pk=paid.pk).update(state=AwardState.PAID)
    with pytest.raises(CannotMove) as refusal:
        move_awards(lock_awards([due.pk, paid.pk]), AwardState.BATCHED, actor=cast.payer, at=AT)
    assert str(refusal.value) == f"Award {paid.number} is “Paid” and cannot become “In a batch”."
    due.refresh_from_db()
    assert due.state == AwardState.DUE


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("to", BatchState)
def test_move_batch_allows_exactly_the_table(cast, fund_year, state, to):
    batch = make_batch(cast, [make_award(cast, fund_year)], sent=True)
    Batch.objects.filter(pk=batch.pk).update(state=state)
    batch.refresh_from_db()
    if to in BATCH_MOVES[state]:
        move_batch(batch, to)
    else:
        with pytest.raises(CannotMove):
            move_batch(batch, to)
    batch.refresh_from_db()
    assert batch.state == (to if to in BATCH_MOVES[state] else state)
