"""All codes the calculation speaks in; their wording for people lives outside."""

from __future__ import annotations

from assistance.calculation.codes.kinds import Args, Kind, Spec, Value
from assistance.calculation.codes.names import (
    Category,
    Duty,
    Exclusion,
    Group,
    Hukou,
    Insured,
    Metric,
    Outcome,
    Pool,
    Reason,
    Setting,
)
from assistance.calculation.codes.refusals import (
    MISSING,
    REFUSALS,
    Missing,
    RefusalCode,
)
from assistance.calculation.codes.steps import STEPS, Step

NAMES = (
    Setting,
    Group,
    Hukou,
    Exclusion,
    Category,
    Insured,
    Pool,
    Duty,
    Metric,
    Outcome,
    Reason,
)

__all__ = [
    "MISSING",
    "NAMES",
    "REFUSALS",
    "STEPS",
    "Args",
    "Category",
    "Duty",
    "Exclusion",
    "Group",
    "Hukou",
    "Insured",
    "Kind",
    "Metric",
    "Missing",
    "Outcome",
    "Pool",
    "Reason",
    "RefusalCode",
    "Setting",
    "Spec",
    "Step",
    "Value",
]
