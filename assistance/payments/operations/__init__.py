from __future__ import annotations

from assistance.payments.operations.awards import (
    CannotMove,
    cancel_award,
    change_account,
    create_award,
    hold_award,
    move_to_fund_year,
    reissue,
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
from assistance.payments.operations.budgets import budget, open_fund_year, take_back_budget
from assistance.payments.operations.ledger import NotEnoughMoney, release, reserve
from assistance.payments.operations.returns import read_return

__all__ = [
    "CannotBatch",
    "CannotMove",
    "NotEnoughMoney",
    "budget",
    "cancel_award",
    "change_account",
    "confirm_batch",
    "create_award",
    "discard_batch",
    "draw_up_batch",
    "drop_line",
    "hand_out_file",
    "hold_award",
    "move_to_fund_year",
    "open_fund_year",
    "read_return",
    "reissue",
    "release",
    "reserve",
    "send_batch",
    "take_back_budget",
    "unhold_award",
]
