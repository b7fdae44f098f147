"""Writing what is pushed to partners, what comes back, and what townships are to phone about."""

from __future__ import annotations

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
from assistance.screening.operations.prospects import (
    lapse_prospects,
    prepare_prospects,
    record_prospect_call,
)
from assistance.screening.operations.pushes import push_finished, push_run, remind, remind_due

__all__ = [
    "answer_push",
    "answer_pushes",
    "claim_hand_out",
    "confirm_hand_out",
    "follow_recognitions",
    "give_back_hand_out",
    "lapse_prospects",
    "prepare_prospects",
    "push_finished",
    "push_run",
    "record_prospect_call",
    "remind",
    "remind_due",
    "reveal_push_number",
]
