"""The calculation module: pure functions over frozen facts and dated policy packs.

No framework, no clock, no database, no wording. Amounts are whole fen, ratios whole
numbers per ten thousand. A result explains itself in codes (`codes`).
"""

from __future__ import annotations

from assistance.calculation.annual.big_illness import (
    BigIllnessFacts,
    BigIllnessResult,
    big_illness,
)
from assistance.calculation.annual.bottom_line import (
    BottomLinePerson,
    BottomLineResult,
    BottomLineRow,
    bottom_line,
)
from assistance.calculation.annual.burden import BurdenFacts, BurdenResult, burden
from assistance.calculation.annual.jingning import jingning
from assistance.calculation.annual.jingning_facts import (
    CostItem,
    JingningFacts,
    JingningResult,
    OtherAid,
)
from assistance.calculation.annual.risk_pool import PoolFacts, PoolResult, large_cost, risk_pool
from assistance.calculation.bills.facts import Bill, History, Opening, Period, Reversal, Span
from assistance.calculation.bills.faults import unanswerable
from assistance.calculation.bills.results import AssistResult, BillResult, YearTotal
from assistance.calculation.bills.run import assist
from assistance.calculation.codes import (
    Category,
    Duty,
    Exclusion,
    Group,
    Hukou,
    Insured,
    Metric,
    Missing,
    Outcome,
    Pool,
    Reason,
    RefusalCode,
    Setting,
    Step,
)
from assistance.calculation.plain.deadline import (
    Calendar,
    DeadlineFacts,
    DeadlineResult,
    deadline,
)
from assistance.calculation.plain.indicators import Indicator, kpi
from assistance.calculation.plain.jurisdiction import Jurisdiction, jurisdiction
from assistance.calculation.plain.lists import Quarter, list_duty, quarter
from assistance.calculation.plain.premium import (
    PremiumFacts,
    PremiumResult,
    huimin_premium,
    premium,
)
from assistance.calculation.policy import (
    BadPack,
    Fault,
    LocalValue,
    Pack,
    PolicyValue,
    Switch,
    read_pack,
    template,
    template_codes,
    template_text,
)
from assistance.calculation.policy.book import Book, templates_of
from assistance.calculation.policy.limits import Breach, check
from assistance.calculation.restore import from_plain, line_from_plain, refusal_from_plain
from assistance.calculation.results import ENGINE, Answer, Line, MissingFact, Refusal
from assistance.calculation.serial import canonical, to_plain

__all__ = [
    "ENGINE",
    "Answer",
    "AssistResult",
    "BadPack",
    "BigIllnessFacts",
    "BigIllnessResult",
    "Bill",
    "BillResult",
    "Book",
    "BottomLinePerson",
    "BottomLineResult",
    "BottomLineRow",
    "Breach",
    "BurdenFacts",
    "BurdenResult",
    "Calendar",
    "Category",
    "CostItem",
    "DeadlineFacts",
    "DeadlineResult",
    "Duty",
    "Exclusion",
    "Fault",
    "Group",
    "History",
    "Hukou",
    "Indicator",
    "Insured",
    "JingningFacts",
    "JingningResult",
    "Jurisdiction",
    "Line",
    "LocalValue",
    "Metric",
    "Missing",
    "MissingFact",
    "Opening",
    "OtherAid",
    "Outcome",
    "Pack",
    "Period",
    "PolicyValue",
    "Pool",
    "PoolFacts",
    "PoolResult",
    "PremiumFacts",
    "PremiumResult",
    "Quarter",
    "Reason",
    "Refusal",
    "RefusalCode",
    "Reversal",
    "Setting",
    "Span",
    "Step",
    "Switch",
    "YearTotal",
    "assist",
    "big_illness",
    "bottom_line",
    "burden",
    "canonical",
    "check",
    "deadline",
    "from_plain",
    "huimin_premium",
    "jingning",
    "jurisdiction",
    "kpi",
    "large_cost",
    "line_from_plain",
    "list_duty",
    "premium",
    "quarter",
    "read_pack",
    "refusal_from_plain",
    "risk_pool",
    "template",
    "template_codes",
    "template_text",
    "templates_of",
    "to_plain",
    "unanswerable",
]
