"""The applications of the demo county: what each is about and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from assistance.demo.profiles import Card
from assistance.demo.twists import (
    AGREED,
    BY_EMPLOYER,
    DRAFT,
    PROPOSED,
    REFUSAL,
    REFUSED,
    SIGNED,
    SUBMITTED,
    Anchor,
    Step,
    Steps,
    Twist,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One application.

    `last` is how many working days ago its last step was taken; `approved` instead asks for the day on
    which the case is to be approved. `own` is what the patient paid himself, in yuan, as it counts.
    `anchor` asks for a certain day of the calendar instead; what would come later than today is left out.
    `follows` names an earlier application of the same person and year, `house` one of a relative with
    whom the patient lives, all of one year.
    """

    key: str
    steps: Steps
    last: int = 0
    anchor: Anchor = Anchor.NONE
    approved: int = 0
    own: int = 0
    hardship: bool = True
    township: int | None = None
    card: Card = Card.CHECKED
    twist: Twist = Twist.NONE
    follows: str = ""
    house: str = ""


# The township of the notices that nobody has certified: no other case may be on them.
FORGETFUL = 20

HARD_CASES = (
    Plan(key="gate-pending", steps=DRAFT, anchor=Anchor.JUNE, own=72_000, hardship=False, twist=Twist.GATE_PENDING),
    Plan(key="typed-late", steps=AGREED, anchor=Anchor.JULY, own=43_000, twist=Twist.TYPED_LATE),
    Plan(key="june-sunday", steps=AGREED, anchor=Anchor.SUNDAY, own=51_000, twist=Twist.SUNDAY),
    Plan(key="at-deductible-proposed", steps=REFUSAL, last=2, own=10_000),
    Plan(key="at-deductible", steps=REFUSED, last=31, own=10_000),
    Plan(key="other-ill-at-deductible", steps=REFUSED, last=44, own=50_000, hardship=False),
    Plan(key="under-three-years", steps=REFUSED, last=26, own=41_000, twist=Twist.UNDER_THREE_YEARS),
    Plan(key="not-insured", steps=REFUSED, last=38, own=33_000, twist=Twist.NOT_INSURED),
    Plan(key="late", steps=REFUSED, last=20, own=27_000, twist=Twist.LATE),
    Plan(key="three-years", steps=AGREED, approved=62, own=47_500, twist=Twist.THREE_YEARS),
    Plan(key="six-exclusions", steps=AGREED, approved=56, own=38_200, twist=Twist.SIX_EXCLUSIONS),
    Plan(key="six-exclusions-under-review", steps=SIGNED, last=2, own=64_800, twist=Twist.SIX_EXCLUSIONS),
    Plan(key="capped", steps=AGREED, approved=70, own=236_000),
    Plan(key="capped-other-ill", steps=AGREED, approved=58, own=318_000, hardship=False),
    Plan(key="at-the-cap", steps=PROPOSED, last=1, own=210_000),
    Plan(key="other-aid", steps=AGREED, approved=83, own=58_000, twist=Twist.OTHER_AID),
    Plan(key="employee", steps=BY_EMPLOYER, approved=78, own=91_000, hardship=False, twist=Twist.EMPLOYEE),
    Plan(key="first-of-two", steps=AGREED, approved=105, own=31_000),
    Plan(key="supplement", steps=SIGNED, last=2, own=22_000, follows="first-of-two"),
    Plan(key="first-of-two-paid", steps=AGREED, approved=140, own=84_000, hardship=False),
    Plan(key="supplement-paid", steps=AGREED, approved=61, own=40_000, hardship=False, twist=Twist.SUPPLEMENT, follows="first-of-two-paid"),
    Plan(key="overdue-first-review", steps=SUBMITTED, last=18, own=36_000),
    Plan(key="due-today-first-review", steps=SUBMITTED, last=15, own=29_000),
    Plan(key="due-today-county-review", steps=SIGNED, last=5, own=55_000),
    Plan(key="overdue-county-review", steps=SIGNED, last=8, own=78_000, hardship=False),
    Plan(key="overdue-proposal", steps=PROPOSED, last=7, own=44_000),
    Plan(key="came-again", steps=(*SIGNED, Step.RETURN_COUNTY, Step.SUBMIT, Step.SIGN), last=2, own=39_000),
    Plan(key="sent-back", steps=(*PROPOSED, Step.SEND_BACK), last=1, own=62_000),
    Plan(key="withdrawn-draft", steps=(*DRAFT, Step.WITHDRAW), last=12, own=18_000),
    Plan(key="withdrawn-in-review", steps=(*SUBMITTED, Step.WITHDRAW), last=9, own=24_000),
    Plan(key="objected", steps=AGREED, last=6, own=47_000, twist=Twist.OBJECTION, township=3),
    Plan(key="objected-other-ill", steps=AGREED, last=7, own=102_000, hardship=False, twist=Twist.OBJECTION_WEB, township=8),
    Plan(key="objection-unfounded", steps=AGREED, approved=40, own=52_000, twist=Twist.UNFOUNDED),
    Plan(key="objection-founded", steps=AGREED, approved=6, own=49_000, twist=Twist.FOUNDED),
    Plan(key="died", steps=AGREED, approved=4, own=88_000, twist=Twist.DIED),
    Plan(key="new-aid", steps=AGREED, approved=5, own=57_000, twist=Twist.NEW_AID),
    Plan(key="no-certificate", steps=AGREED, last=15, own=43_000, twist=Twist.NO_CERTIFICATE, township=FORGETFUL),
    Plan(key="no-certificate-second", steps=AGREED, last=15, own=28_500, twist=Twist.NO_CERTIFICATE, township=FORGETFUL),
    Plan(key="held-unchecked", steps=AGREED, approved=8, own=33_000, card=Card.UNCHECKED),
    Plan(key="held-mistyped", steps=AGREED, approved=14, own=45_600, card=Card.MISTYPED),
    Plan(key="held-no-account", steps=AGREED, approved=5, own=71_000, hardship=False, card=Card.NONE),
    Plan(key="held-by-hand", steps=AGREED, approved=4, own=26_000, twist=Twist.HELD),
    Plan(key="guardian", steps=AGREED, approved=64, own=37_700, card=Card.GUARDIAN),
    Plan(key="household-first", steps=SIGNED, last=3, own=83_000, hardship=False, township=11),
    Plan(key="household-second", steps=DRAFT, last=1, own=64_000, hardship=False, township=11, house="household-first", twist=Twist.HOUSEHOLD),
    Plan(key="minor", steps=SUBMITTED, last=1, own=41_000, township=11, house="household-first", twist=Twist.MINOR),
    Plan(key="passbook", steps=AGREED, approved=9, own=30_100, card=Card.PASSBOOK),
    Plan(key="bank-failed", steps=AGREED, approved=39, own=34_000, twist=Twist.BANK_FAILS),
    Plan(key="heirs", steps=AGREED, approved=60, own=66_000, twist=Twist.HEIRS),
    Plan(key="heirs-waiting", steps=AGREED, approved=16, own=54_000, twist=Twist.HEIRS_WAIT),
    Plan(key="card-changed", steps=AGREED, approved=9, own=35_500, twist=Twist.CARD_CHANGED),
    Plan(key="bounced", steps=AGREED, approved=37, own=42_300, twist=Twist.BOUNCED),
    Plan(key="hukou-left", steps=SIGNED, last=3, own=46_000, twist=Twist.HUKOU_LEFT),
    Plan(key="registered-twice", steps=SIGNED, last=4, own=52_000, twist=Twist.REGISTERED_TWICE),
    Plan(key="reissued", steps=AGREED, approved=42, own=48_000, twist=Twist.REISSUED),
    Plan(key="amount-corrected", steps=AGREED, approved=20, own=46_000, twist=Twist.CORRECTED),
    Plan(key="late-aid", steps=AGREED, approved=4, own=35_000, twist=Twist.LATE_AID),
    Plan(key="fund-exhausted", steps=PROPOSED, anchor=Anchor.NOVEMBER, own=54_000, twist=Twist.NO_MONEY),
    Plan(key="handed-over", steps=SUBMITTED, last=4, own=38_500, twist=Twist.HANDED_OVER, township=5),
    Plan(key="hand-over-offered", steps=SIGNED, last=3, own=45_200, twist=Twist.OFFERED, township=14),
    Plan(key="called", steps=SIGNED, last=3, own=39_800, twist=Twist.CALLED),
    Plan(key="clerks-relative", steps=SUBMITTED, last=2, own=37_400, twist=Twist.RELATIVE, township=9),
    Plan(key="overpaid", steps=AGREED, approved=108, own=66_000, twist=Twist.OVERPAID),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Many:
    """Plain cases at one stage; at full size `count` of them, spread from `newest` to `oldest`.

    `together` of them are of one township and one day, and so on one notice.
    """

    name: str
    steps: Steps
    count: int
    newest: int
    oldest: int
    approved: bool = False
    together: int = 1


PLAIN_CASES = (
    Many("draft", DRAFT, 4, 1, 8),
    Many("first-review", SUBMITTED, 4, 1, 12),
    Many("county-review", SIGNED, 4, 1, 4),
    Many("returned-township", (*SUBMITTED, Step.RETURN_TOWNSHIP), 2, 2, 9),
    Many("returned-county", (*SIGNED, Step.RETURN_COUNTY), 2, 3, 12),
    Many("proposed", PROPOSED, 3, 1, 4),
    Many("no-notice", AGREED, 2, 1, 1, together=2),
    Many("notice-drawn-up", AGREED, 3, 2, 2, together=2),
    Many("notice-hangs", AGREED, 4, 4, 6, together=3),
    Many("due", AGREED, 4, 1, 4, approved=True, together=2),
    Many("in-draft-batch", AGREED, 3, 7, 9, approved=True),
    Many("in-confirmed-batch", AGREED, 3, 12, 15, approved=True, together=2),
    Many("sent", AGREED, 4, 19, 28, approved=True, together=2),
    Many("paid", AGREED, 10, 38, 135, approved=True, together=2),
    Many("paid-last-year", AGREED, 3, 242, 260, approved=True),
    Many("signed-together", SUBMITTED, 3, 3, 3, together=3),
)
# Enough to see every state, in seconds.
EVERY_STATE = frozenset(
    {
        "gate-pending",
        "typed-late",
        "june-sunday",
        "under-three-years",
        "employee",
        "supplement-paid",
        "first-of-two-paid",
        "new-aid",
        "objected-other-ill",
        "handed-over",
        "hand-over-offered",
        "called",
        "clerks-relative",
        "draft-1",
        "at-deductible-proposed",
        "at-deductible",
        "six-exclusions-under-review",
        "first-of-two",
        "supplement",
        "household-first",
        "household-second",
        "minor",
        "due-today-first-review",
        "came-again",
        "withdrawn-draft",
        "objected",
        "objection-founded",
        "no-certificate",
        "held-unchecked",
        "bank-failed",
        "hukou-left",
        "registered-twice",
        "reissued",
        "heirs",
        "heirs-waiting",
        "card-changed",
        "bounced",
        "amount-corrected",
        "fund-exhausted",
        "overpaid",
        "returned-township-1",
        "no-notice-1",
        "notice-drawn-up-1",
        "notice-hangs-1",
        "due-1",
        "in-draft-batch-1",
        "in-confirmed-batch-1",
        "sent-1",
        "signed-together-1",
        "signed-together-2",
    }
)


def plans(*, every_state_once: bool = False) -> list[Plan]:
    """All hard cases and all plain ones; or only as many as it takes to see every state."""
    found = [*HARD_CASES, *_plain()]
    return [plan for plan in found if not every_state_once or plan.key in EVERY_STATE]


def _plain() -> Iterator[Plan]:
    township = 0
    for many in PLAIN_CASES:
        groups = -(-many.count // many.together)
        for group, day in enumerate(_spread(many.newest, many.oldest, groups)):
            township = (township + 7) % FORGETFUL
            rest = many.count - group * many.together
            for n in range(min(many.together, rest)):
                key = f"{many.name}-{group * many.together + n + 1}"
                plan = _plain_plan(key, many.steps, township)
                yield replace(plan, approved=day) if many.approved else replace(plan, last=day)


def _plain_plan(key: str, steps: Steps, township: int) -> Plan:
    """With an own cost above the deductible of its group."""
    rng = Random(f"plan:{key}")
    hardship = rng.random() < 0.65
    own = rng.randint(12_500, 96_000) if hardship else rng.randint(52_000, 148_000)
    twist = Twist.TOGETHER if key.startswith("signed-together") else Twist.NONE
    return Plan(key=key, steps=steps, own=own, hardship=hardship, township=township, twist=twist)


def _spread(newest: int, oldest: int, count: int) -> Iterable[int]:
    width = (oldest - newest) / max(count - 1, 1)
    return (newest + round(width * n) for n in range(count))
