"""The calculation module: pure functions over frozen facts and dated policy packs.

No framework, no clock, no database, no wording. Amounts are whole fen, ratios whole
numbers per ten thousand. A result explains itself in codes (`codes`).
"""

from __future__ import annotations

from assistance.calculation.annual.jingning import jingning
from assistance.calculation.annual.jingning_facts import (
    CostItem,
    JingningFacts,
    JingningResult,
    OtherAid,
)
from assistance.calculation.codes import (
    Exclusion,
    Group,
    Hukou,
    Missing,
    Outcome,
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
from assistance.calculation.restore import from_plain, line_from_plain, refusal_from_plain
from assistance.calculation.results import ENGINE, Answer, Line, MissingFact, Refusal
from assistance.calculation.serial import canonical, to_plain

__all__ = [
    "ENGINE",
    "Answer",
    "BadPack",
    "Calendar",
    "CostItem",
    "DeadlineFacts",
    "DeadlineResult",
    "Exclusion",
    "Fault",
    "Group",
    "Hukou",
    "JingningFacts",
    "JingningResult",
    "Line",
    "LocalValue",
    "Missing",
    "MissingFact",
    "OtherAid",
    "Outcome",
    "Pack",
    "PolicyValue",
    "Reason",
    "Refusal",
    "RefusalCode",
    "Setting",
    "Step",
    "Switch",
    "canonical",
    "deadline",
    "from_plain",
    "jingning",
    "line_from_plain",
    "read_pack",
    "refusal_from_plain",
    "template",
    "template_codes",
    "template_text",
    "to_plain",
]
