"""A valid answer to every path about letters and papers."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.timezone import localdate

from tests.permissions.sample import Answer

LETTERS: Mapping[str, Answer] = {
    "paper_form": lambda s: ([s.draft.number], {}),
    "paper_receipt": lambda s: ([s.draft.number], {}),
    "paper_statement": lambda s: ([s.approved.number], {}),
    # Of a list as long as the sample's every role would wait for a dozen forms.
    "paper_forms": lambda s: ([], {"q": s.approved.number}),
    "case_volume": lambda s: ([s.approved.number], {}),
    "paper_notice": lambda s: ([s.notice.number], {}),
    "paper_roster": lambda s: ([s.payments.draft.number], {}),
    "letter": lambda s: ([s.letters.letter.pk], {}),
    "letter_picture": lambda s: ([s.letters.letter.pk], {}),
    "letter_paper": lambda s: ([s.letters.letter.pk], {}),
    "service_certificate": lambda s: ([s.letters.letter.pk], {}),
    "record_service": lambda s: (
        [s.letters.letter.pk],
        {"served_on": localdate(), "how": "in_person", "received_by": "本人"},
    ),
    "issue_refusal": lambda s: (
        [s.letters.refused.number],
        {"facts": "经审核", "grounds": ["people"], "reasons": "未参保"},
    ),
    "issue_correction": lambda s: ([s.letters.returned.number], {"items": "出院记录"}),
}
