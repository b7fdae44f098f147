"""Paying what was agreed, from the reservation in the fund account to the bank's answer.

Benefit year and fund year are two things. The benefit year is the year of the fees and never changes; the
fund year is the year of payment, whose budget pays. An award keeps the fund year in which its money was set
aside. Handed to the bank in another year it would burden the wrong budget, so drawing up, confirming and
handing out refuse it, and the fund supervisor moves it (`move_to_fund_year`): its money becomes available
in the old account, where it can be carried over, and is set aside in the new one. What the bank was given
in December and answers in January belongs to December's year; only a payment that failed moves on.

Locks are taken in this order: awards (lowest id first), batch, fund years (lowest id first).
"""

from __future__ import annotations

from assistance.payments.operations.accounts import change_account, reissue
from assistance.payments.operations.awards import (
    CannotMove,
    cancel_award,
    create_award,
    hold_award,
    move_to_fund_year,
    unhold_award,
)
from assistance.payments.operations.batches import (
    CannotBatch,
    confirm_batch,
    discard_batch,
    draw_up_batch,
    drop_line,
    hand_out_file,
    send_batch,
)
from assistance.payments.operations.bounces import bounce, read_bounces
from assistance.payments.operations.budgets import budget, open_fund_year, take_back_budget
from assistance.payments.operations.claims import Finding, drop_claims, settle_claims
from assistance.payments.operations.deaths import Followed, follow_deaths
from assistance.payments.operations.heirs import (
    HeirFacts,
    confirm_claim,
    enter_claim,
    refuse_claim,
)
from assistance.payments.operations.instalments import agree_instalments
from assistance.payments.operations.ledger import NotEnoughMoney, release, reserve
from assistance.payments.operations.recoveries import (
    ask_waiver,
    confirm_entry,
    record_decision_letter,
    record_repayment,
    reject_entry,
)
from assistance.payments.operations.returns import read_return
from assistance.payments.operations.stops import lift_stops, question_awards, stop_award

__all__ = [
    "CannotBatch",
    "CannotMove",
    "Finding",
    "Followed",
    "HeirFacts",
    "NotEnoughMoney",
    "agree_instalments",
    "ask_waiver",
    "bounce",
    "budget",
    "cancel_award",
    "change_account",
    "confirm_batch",
    "confirm_claim",
    "confirm_entry",
    "create_award",
    "discard_batch",
    "draw_up_batch",
    "drop_claims",
    "drop_line",
    "enter_claim",
    "follow_deaths",
    "hand_out_file",
    "hold_award",
    "lift_stops",
    "move_to_fund_year",
    "open_fund_year",
    "question_awards",
    "read_bounces",
    "read_return",
    "record_decision_letter",
    "record_repayment",
    "refuse_claim",
    "reissue",
    "reject_entry",
    "release",
    "reserve",
    "send_batch",
    "settle_claims",
    "stop_award",
    "take_back_budget",
    "unhold_award",
]
