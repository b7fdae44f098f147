"""Which papers a programme asks for, when, and on what ground: the table, and nothing else.

JN21 names one paper, the application. Every other is asked for only where it proves a fact the rule
needs and neither the register nor the bills prove it already.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from assistance.cases.models import EvidenceKind
from assistance.payments.models import Programme

Kind = EvidenceKind


class When(Enum):
    """The condition under which a paper is needed; `queries.evidence` decides it for a case."""

    ALWAYS = auto()
    HUKOU_NOT_ON_REGISTER = auto()
    INSURANCE_NOT_ON_REGISTER = auto()
    GROUP_NOT_ON_REGISTER = auto()
    NOT_IN_HARDSHIP = auto()
    BILLS_TYPED = auto()
    STAY_TYPED = auto()
    AID_NOT_ON_REGISTER = auto()
    BY_AGENT = auto()
    BY_GUARDIAN = auto()
    BY_HEIR = auto()
    DEATH_NOT_ON_REGISTER = auto()
    NEVER = auto()  # welcome, never demanded


@dataclass(frozen=True, slots=True)
class Paper:
    """One line of the table. `household`: the same paper serves every member of the household."""

    kind: EvidenceKind
    when: When
    clause: str
    household: bool = False


JINGNING = (
    Paper(Kind.APPLICATION, When.ALWAYS, "JN21 二(三)2(1)"),
    Paper(Kind.IDENTITY, When.HUKOU_NOT_ON_REGISTER, "JN21 二(一)", household=True),
    Paper(Kind.INSURANCE, When.INSURANCE_NOT_ON_REGISTER, "JN21 二(一)"),
    Paper(Kind.CIVIL_AFFAIRS, When.GROUP_NOT_ON_REGISTER, "JN21 二(三)1", household=True),
    Paper(Kind.COMMITMENT, When.NOT_IN_HARDSHIP, "JN21 二(五)2", household=True),
    Paper(Kind.INVOICE, When.BILLS_TYPED, "JN21 二(二)1"),
    Paper(Kind.FEE_LIST, When.BILLS_TYPED, "JN21 二(二)1"),
    Paper(Kind.DISCHARGE, When.STAY_TYPED, "JN21 二(二)1"),
    Paper(Kind.OTHER_AID, When.AID_NOT_ON_REGISTER, "JN21 二(三)2(2)"),
    Paper(Kind.AUTHORITY, When.BY_AGENT, "民法典 第165条"),
    Paper(Kind.GUARDIANSHIP, When.BY_GUARDIAN, "民法典 第27、28条", household=True),
    Paper(Kind.INHERITANCE, When.BY_HEIR, "民法典 第1127条"),
    Paper(Kind.DEATH, When.DEATH_NOT_ON_REGISTER, "民法典 第1121条"),
    Paper(Kind.BANK_CARD, When.NEVER, "JN21 二(三)2(4)"),
    Paper(Kind.OTHER, When.NEVER, ""),
)
PAPERS: dict[str, tuple[Paper, ...]] = {Programme.JINGNING: JINGNING}
HOUSEHOLD_KINDS = frozenset(
    paper.kind for papers in PAPERS.values() for paper in papers if paper.household
)


def papers_of(programme: str) -> tuple[Paper, ...]:
    return PAPERS[programme]
