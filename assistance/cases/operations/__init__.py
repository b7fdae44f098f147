from __future__ import annotations

from assistance.cases.operations.approval import agree, reopen, send_back
from assistance.cases.operations.calls import note_call
from assistance.cases.operations.clock import park, remind, resume
from assistance.cases.operations.closing import close_due_notices
from assistance.cases.operations.entry import (
    add_aid,
    add_bill,
    choose_account,
    register_application,
    remove_bill,
    submit,
    withdraw,
)
from assistance.cases.operations.letters import issue_correction, issue_refusal, record_service
from assistance.cases.operations.notices import (
    certify_notice,
    decide_objection,
    draw_up_notice,
    post_notice,
    record_objection,
)
from assistance.cases.operations.review import (
    propose,
    propose_refusal,
    return_application,
    sign_first_review,
)
from assistance.cases.operations.sheets import judge_item, refresh_items, save_facts

__all__ = [
    "add_aid",
    "add_bill",
    "agree",
    "certify_notice",
    "choose_account",
    "close_due_notices",
    "decide_objection",
    "draw_up_notice",
    "issue_correction",
    "issue_refusal",
    "judge_item",
    "note_call",
    "park",
    "post_notice",
    "propose",
    "propose_refusal",
    "record_objection",
    "record_service",
    "refresh_items",
    "register_application",
    "remind",
    "remove_bill",
    "reopen",
    "resume",
    "return_application",
    "save_facts",
    "send_back",
    "sign_first_review",
    "submit",
    "withdraw",
]
