"""Steps of an explanation: what was done with which figures."""

from __future__ import annotations

from collections.abc import Mapping

from assistance.calculation.codes.kinds import Spec
from assistance.calculation.codes.step_names import Step
from assistance.calculation.codes.steps_bill import BILL_STEPS
from assistance.calculation.codes.steps_jingning import JINGNING_STEPS
from assistance.calculation.codes.steps_lists import LIST_STEPS

STEPS: Mapping[Step, Spec] = {**JINGNING_STEPS, **BILL_STEPS, **LIST_STEPS}

__all__ = ["STEPS", "Step"]
