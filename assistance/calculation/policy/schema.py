"""Which keys and switches a policy pack may hold, and of what kind they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistance.calculation.codes import Group, Setting


class ValueKind(StrEnum):
    YUAN = "yuan"
    RATIO = "ratio"
    COUNT = "count"
    CODE = "code"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Kind of a value and, for codes, the names it may use."""

    kind: ValueKind
    names: frozenset[str] = frozenset()
    at_most: int | None = None


_YUAN = KeyRule(ValueKind.YUAN)
_RATIO = KeyRule(ValueKind.RATIO)
_COUNT = KeyRule(ValueKind.COUNT, at_most=9999)
_SETTINGS = KeyRule(ValueKind.CODES, frozenset(Setting))

KEYS: Mapping[str, KeyRule] = {
    "first_settlement_year": _COUNT,
    "insured_months": _COUNT,
    "settings_counted": _SETTINGS,
    "cap.annual": _YUAN,
    "deadline.month": KeyRule(ValueKind.COUNT, at_most=12),
    "deadline.basis": KeyRule(ValueKind.CODE, frozenset({"settlement_year", "invoice_date"})),
    **{f"deductible.{group}": _YUAN for group in Group},
    **{f"ratio.{group}": _RATIO for group in Group},
}

# Every reading the code knows; a pack lists its own choices, the default first.
SWITCHES: Mapping[str, frozenset[str]] = {
    "extend_deadline_over_rest_days": frozenset({"yes", "no"}),
    "cost_scope": frozenset({"all_therapeutic", "in_catalogue"}),
    "three_years_counted_to": frozenset({"application", "year_end"}),
    "other_departments": frozenset({"government_and_mass_organisations", "government_only"}),
    "facts_of_year_and_application": frozenset({"must_agree", "either"}),
}


@dataclass(frozen=True, slots=True)
class Programme:
    """What a pack must hold before it may offer a programme."""

    keys: tuple[str, ...]
    switches: tuple[str, ...] = ()


PROGRAMMES: Mapping[str, Programme] = {
    "jingning": Programme(
        keys=(
            "first_settlement_year",
            "insured_months",
            "settings_counted",
            "cap.annual",
            *(f"deductible.{group}" for group in Group),
            *(f"ratio.{group}" for group in Group),
        ),
        switches=(
            "cost_scope",
            "three_years_counted_to",
            "other_departments",
            "facts_of_year_and_application",
        ),
    ),
    "deadline": Programme(
        keys=("deadline.month", "deadline.basis"), switches=("extend_deadline_over_rest_days",)
    ),
}
