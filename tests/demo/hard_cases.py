"""The hard cases of the desk: by what note each is found in the demo county, and what has become of it by March 2026."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from assistance.cases.states import Action, State
from assistance.demo.twists import Twist

BACK = {"changes__action": Action.CLOSE_NOTICE, "changes__to_state": State.COUNTY_REVIEW}
HARD_CASES = {
    "dead patient with heirs": (Twist.HEIRS, Q(award__heir_claims__state="confirmed")),
    "two patients in one household": (Twist.HOUSEHOLD, Q(person__memberships__isnull=False)),
    "guardian of a minor": (Twist.MINOR, Q(applicant_relation="guardian")),
    "employee through employer": (
        Twist.EMPLOYEE,
        Q(employer_reviews__isnull=False, award__isnull=False),
    ),
    "migrant one day short of three years": (Twist.UNDER_THREE_YEARS, Q(state=State.REFUSED)),
    "hukou moved out between year and application": (
        Twist.HUKOU_LEFT,
        Q(person__residences__kind="hukou", person__residences__last_day__isnull=False),
    ),
    "number corrected and records merged": (
        Twist.REGISTERED_TWICE,
        Q(person__merged_records__isnull=False),
    ),
    "card changed between approval and batch": (
        Twist.CARD_CHANGED,
        Q(award__state="batched", person__bank_accounts__retired_at__isnull=False),
    ),
    "bounced after paid": (Twist.BOUNCED, Q(award__batch_lines__outcome="bounced")),
    "aid reported during publicity": (Twist.NEW_AID, Q(**BACK)),
    "amount corrected after publicity": (Twist.CORRECTED, Q(corrections__isnull=False)),
    "second application after payment": (Twist.SUPPLEMENT, Q(previous__award__state="paid")),
    "低边 decision pending on 30 June": (
        Twist.GATE_PENDING,
        Q(state=State.WAITING, received_on=date(2025, 6, 30)),
    ),
    # 5 July 2025 was a Saturday.
    "paper received 30 June, typed 5 July": (
        Twist.TYPED_LATE,
        Q(
            received_on=date(2025, 6, 30),
            entered_at__date=date(2025, 7, 7),
            earlier_receipts__outcome="confirmed",
            award__isnull=False,
        ),
    ),
    "30 June on a Sunday": (
        Twist.SUNDAY,
        Q(received_on=date(2024, 7, 1), benefit_year=2023, award__state="paid"),
    ),
    "fund exhausted in November": (
        Twist.NO_MONEY,
        Q(changes__to_state=State.WAITING_FUNDS, changes__at__month=11, award__isnull=False),
    ),
}
# What belongs to a week of a desk besides.
EVERYDAY = {
    "objection on the public page": (
        Twist.OBJECTION_WEB,
        Q(state=State.OBJECTED, notice_lines__objections__channel="web"),
    ),
    "case handed over": (Twist.HANDED_OVER, Q(hand_overs__outcome="accepted")),
    "relative of the township's clerk": (
        Twist.RELATIVE,
        Q(entered_by__username="window", state=State.FIRST_REVIEW),
    ),
    "case offered to another township": (Twist.OFFERED, Q(hand_overs__outcome="open")),
    "telephone call": (Twist.CALLED, Q(call_notes__isnull=False)),
    "signed for many at once": (
        Twist.TOGETHER,
        Q(state=State.COUNTY_REVIEW, bulk_rows__outcome="done"),
    ),
}
