"""A valid answer to every path about letters."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.timezone import localdate

from tests.permissions.sample import Answer

LETTERS: Mapping[str, Answer] = {
    "letter": lambda s: ([s.letters.letter.pk], {}),
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
