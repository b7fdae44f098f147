"""A valid answer to every path about partners and prepared applications."""

from __future__ import annotations

from collections.abc import Mapping

from tests.permissions.sample import Answer

PARTNERS: Mapping[str, Answer] = {
    "answer_pushes": lambda s: ([], {"number": s.partners.push.pk, "answer": "recognised"}),
    "answer_paper": lambda s: ([s.partners.answer.pk], {}),
    "hand_out": lambda s: ([s.partners.ready.pk], {}),
    "partner_file": lambda s: ([s.partners.claimed.pk], {}),
    "claim_hand_out": lambda s: ([s.partners.ready.pk], {}),
    "confirm_hand_out": lambda s: ([s.partners.claimed.pk], {"received_by": "季同舟"}),
    "give_back_hand_out": lambda s: ([s.partners.claimed.pk], {"reason": "未送达"}),
    "push": lambda s: ([s.partners.push.pk], {}),
    "push_number": lambda s: ([s.partners.push.pk], {"field": "id_number", "reason": "paper"}),
    "answer_push": lambda s: ([s.partners.push.pk], {"answer": "recognised"}),
    "remind_push": lambda s: ([s.partners.push.pk], {}),
    "prospect": lambda s: ([s.partners.prospect.pk], {}),
    "call_prospect": lambda s: (
        [s.partners.prospect.pk],
        {"outcome": "declined", "note": "不愿申请"},
    ),
}
