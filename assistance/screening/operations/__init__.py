"""Drawing up lists, pushing them to partners, what comes back, and whom townships are to phone."""

from __future__ import annotations

from assistance.screening.operations.drawing import draw_up_list
from assistance.screening.operations.feedback import (
    answer_push,
    answer_pushes,
    follow_recognitions,
    reveal_push_number,
)
from assistance.screening.operations.handing_out import (
    claim_hand_out,
    confirm_hand_out,
    give_back_hand_out,
)
from assistance.screening.operations.periods import raise_alarms, write_periods
from assistance.screening.operations.prospects import (
    lapse_prospects,
    prepare_prospects,
    record_prospect_call,
)
from assistance.screening.operations.pushes import push_finished, push_run, remind, remind_due
from assistance.screening.operations.runs import (
    KIND,
    cancel_run,
    close_given_up,
    draw_up_due,
    start_run,
)
from assistance.screening.operations.sources import sign_source, sign_sources
from assistance.screening.operations.thresholds import set_threshold

__all__ = [
    "KIND",
    "answer_push",
    "answer_pushes",
    "cancel_run",
    "claim_hand_out",
    "close_given_up",
    "confirm_hand_out",
    "draw_up_due",
    "draw_up_list",
    "follow_recognitions",
    "give_back_hand_out",
    "lapse_prospects",
    "prepare_prospects",
    "push_finished",
    "push_run",
    "raise_alarms",
    "record_prospect_call",
    "remind",
    "remind_due",
    "reveal_push_number",
    "set_threshold",
    "sign_source",
    "sign_sources",
    "start_run",
    "write_periods",
]
