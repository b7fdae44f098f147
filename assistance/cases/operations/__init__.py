from __future__ import annotations

from assistance.cases.operations.answers import (
    WITHOUT_A_LETTER,
    issue_objection_letter,
    tell_objector,
)
from assistance.cases.operations.applicants import name_applicant
from assistance.cases.operations.approval import agree, reopen, send_back
from assistance.cases.operations.assignments import assign_reviewer, take_back_assignment
from assistance.cases.operations.booking import continue_waiting
from assistance.cases.operations.bulk import carry_out, prepare_run, take_back_run
from assistance.cases.operations.calls import note_call
from assistance.cases.operations.clock import park, remind, resume
from assistance.cases.operations.closing import close_due_notices
from assistance.cases.operations.corrections import (
    dismiss_error,
    order_correction,
    pay_anyway,
    report_error,
)
from assistance.cases.operations.disclosure import (
    compare_applicant_phone,
    reveal_applicant_phone,
)
from assistance.cases.operations.edits import discard_draft, save_draft
from assistance.cases.operations.entry import (
    add_aid,
    add_bill,
    choose_account,
    register_application,
    remove_bill,
    submit,
    withdraw,
)
from assistance.cases.operations.evidence import add_evidence, record_original, void_evidence
from assistance.cases.operations.further import apply_again, open_official_correction
from assistance.cases.operations.handovers import (
    accept_hand_over,
    decline_hand_over,
    propose_hand_over,
    take_back_hand_over,
)
from assistance.cases.operations.households import file_for_member
from assistance.cases.operations.letters import issue_correction, issue_refusal, record_service
from assistance.cases.operations.notices import (
    certify_notice,
    discard_notice,
    draw_up_notice,
    post_notice,
)
from assistance.cases.operations.objections import (
    decide_objection,
    receive_objection,
    record_objection,
    take_on_objection,
)
from assistance.cases.operations.receipts import claim_earlier_receipt, decide_earlier_receipt
from assistance.cases.operations.review import (
    propose,
    propose_recovery,
    propose_refusal,
    return_application,
    sign_first_review,
)
from assistance.cases.operations.routes import file_employer_review
from assistance.cases.operations.rulings import rule_on
from assistance.cases.operations.sheets import judge_item, refresh_items, save_facts
from assistance.cases.operations.take_back import take_back

__all__ = [
    "WITHOUT_A_LETTER",
    "accept_hand_over",
    "add_aid",
    "add_bill",
    "add_evidence",
    "agree",
    "apply_again",
    "assign_reviewer",
    "carry_out",
    "certify_notice",
    "choose_account",
    "claim_earlier_receipt",
    "close_due_notices",
    "compare_applicant_phone",
    "continue_waiting",
    "decide_earlier_receipt",
    "decide_objection",
    "decline_hand_over",
    "discard_draft",
    "discard_notice",
    "dismiss_error",
    "draw_up_notice",
    "file_employer_review",
    "file_for_member",
    "issue_correction",
    "issue_objection_letter",
    "issue_refusal",
    "judge_item",
    "name_applicant",
    "note_call",
    "open_official_correction",
    "order_correction",
    "park",
    "pay_anyway",
    "post_notice",
    "prepare_run",
    "propose",
    "propose_hand_over",
    "propose_recovery",
    "propose_refusal",
    "receive_objection",
    "record_objection",
    "record_original",
    "record_service",
    "refresh_items",
    "register_application",
    "remind",
    "remove_bill",
    "reopen",
    "report_error",
    "resume",
    "return_application",
    "reveal_applicant_phone",
    "rule_on",
    "save_draft",
    "save_facts",
    "send_back",
    "sign_first_review",
    "submit",
    "take_back",
    "take_back_assignment",
    "take_back_hand_over",
    "take_back_run",
    "take_on_objection",
    "tell_objector",
    "void_evidence",
    "withdraw",
]
