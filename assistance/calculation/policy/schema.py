"""Which keys and switches a policy pack may hold, and of what kind they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistance.calculation.codes import Category, Group, Setting


class ValueKind(StrEnum):
    YUAN = "yuan"
    RATIO = "ratio"
    COUNT = "count"
    CODE = "code"
    CODES = "codes"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Kind of a value and, for codes, the names it may use."""

    kind: ValueKind
    names: frozenset[str] = frozenset()
    at_most: int | None = None


_YUAN = KeyRule(ValueKind.YUAN)
_RATIO = KeyRule(ValueKind.RATIO)
_COUNT = KeyRule(ValueKind.COUNT, at_most=9999)
_MONTH = KeyRule(ValueKind.COUNT, at_most=12)
_SETTINGS = KeyRule(ValueKind.CODES, frozenset(Setting))
_CATEGORIES = KeyRule(ValueKind.CODES, frozenset(Category))
_TEXTS = KeyRule(ValueKind.TEXTS)
# Who pays of a cost, in the order in which a document lets them; what it gives itself is one of them.
PAYERS = frozenset(
    {
        "basic",
        "supplementary",
        "rare_fund",
        "big",
        "assistance",
        "special_aid",
        "huimin",
        "civil",
        "union",
        "jingning",
        "bottom_line",
    }
)
_PAYERS = KeyRule(ValueKind.CODES, PAYERS)
# A ratio may rise in tiers of the burden; the first tier has the plain ratio.
FURTHER_TIERS = (2, 3, 4)
OUTPATIENT_MODES = frozenset({"same_ratio", "quota", "own_ratio"})

_JINGNING = {
    "first_settlement_year": _COUNT,
    "insured_months": _COUNT,
    "settings_counted": _SETTINGS,
    "payers.order": _PAYERS,
    "cap.annual": _YUAN,
    "deadline.month": _MONTH,
    "deadline.basis": KeyRule(ValueKind.CODE, frozenset({"settlement_year", "invoice_date"})),
    **{f"deductible.{group}": _YUAN for group in Group},
    **{f"ratio.{group}": _RATIO for group in Group},
}
_ASSIST = {
    **{f"ratio.{category}": _RATIO for category in Category},
    **{f"deductible.{category}": _YUAN for category in Category},
    **{f"outpatient_ratio.{category}": _RATIO for category in Category},
    **{f"tier_from.{category}.{n}": _YUAN for category in Category for n in FURTHER_TIERS},
    **{f"tier_ratio.{category}.{n}": _RATIO for category in Category for n in FURTHER_TIERS},
    "outpatient.mode": KeyRule(ValueKind.CODE, OUTPATIENT_MODES),
    "settings_covered": _SETTINGS,
    "settings_inpatient": _SETTINGS,
    "full_assistance": _CATEGORIES,
    "cap.inpatient": _YUAN,
    "cap.outpatient": _YUAN,
    "cap.outpatient_if_kept": _YUAN,
    "cap.total": _YUAN,
    "cap.certified": _YUAN,
    "psychiatric_ratio": _RATIO,
    "lookback.months": _COUNT,
    "lookback.categories": _CATEGORIES,
    "income_per_head": _YUAN,
    "override_reason.deductible.YINBING": _TEXTS,
}
_LISTS = {
    "premium.categories": _CATEGORIES,
    "premium.ratio": _RATIO,
    "premium.coverage_delay": _MONTH,
    "huimin.ratio": _RATIO,
    "big_illness.deductible": _YUAN,
    "big_illness.income_share": _RATIO,
    "big_illness.ratio_floor": _RATIO,
    "big_illness.poor_deductible_share": _RATIO,
    "big_illness.poor_more": _RATIO,
    "pool.zhipin": _YUAN,
    "pool.fanpin": _YUAN,
    "pool.recipient_watch": _YUAN,
    "pool.watch_push": _TEXTS,
    "pool.push": _TEXTS,
    "pool.memory_months": _COUNT,
    "alarm.large_cost": _YUAN,
    "alarm.push": _TEXTS,
    "bottom_line.limit": _YUAN,
    "bottom_line.groups": _CATEGORIES,
    "list_months": KeyRule(ValueKind.TEXTS),
    "reconciliation_months": KeyRule(ValueKind.TEXTS),
    "areas.city": _TEXTS,
    "areas.own": _TEXTS,
    "areas.city_name": KeyRule(ValueKind.TEXTS),
    **{
        f"kpi.{metric}": _RATIO
        for metric in (
            "enrolment_rate",
            "assistance_rate",
            "high_cost_resolution_rate",
            "comprehensive_coverage_rate",
            "personal_burden_rate",
        )
    },
}
KEYS: Mapping[str, KeyRule] = {**_JINGNING, **_ASSIST, **_LISTS}

_YES_NO = frozenset({"yes", "no"})
# Every reading the code knows; a pack lists its own choices, the default first.
SWITCHES: Mapping[str, frozenset[str]] = {
    "extend_deadline_over_rest_days": _YES_NO,
    "cost_scope": frozenset({"all_therapeutic", "in_catalogue"}),
    "three_years_counted_to": frozenset({"application", "year_end"}),
    "other_departments": frozenset({"government_and_mass_organisations", "government_only"}),
    "facts_of_year_and_application": frozenset({"must_agree", "either"}),
    "full_assistance_capped": _YES_NO,
    "psychiatric_capped": _YES_NO,
    "psychiatric_scope": frozenset({"in_scope", "all"}),
    "status_basis": frozenset({"settlement", "service_end", "any_day_of_stay"}),
    "status_of_the_dead": frozenset({"day_of_death", "deciding_day"}),
    "caps": frozenset({"separate", "joint"}),
    "special_disease": frozenset({"person", "visit"}),
    "outpatient_cap": frozenset({"none", "kept"}),
    "outpatient_inside_cap": _YES_NO,
    "deductible_period": frozenset({"annual", "per_stay"}),
    "lookback_window": frozenset({"day", "month"}),
    "lookback_upgrade": _YES_NO,
    "coverage_start": frozenset({"same_month", "next_month"}),
    "bottom_line_target": frozenset({"at_limit", "below_limit"}),
    "bottom_line_groups": frozenset({"all", "listed"}),
    "bottom_line_nets_earlier": _YES_NO,
    "pool_base": frozenset({"total", "in_scope"}),
    "pool_double_membership": _YES_NO,
    "kpi_denominator": frozenset({"total", "in_scope"}),
    "rounding": frozenset({"half_up"}),
}


LIMIT_RULES = frozenset(
    {"at_least", "at_most", "exactly", "should_be_at_most", "generally_at_most", "tiers_at_least"}
)


@dataclass(frozen=True, slots=True)
class Programme:
    """What a pack must hold, or leave to the county, before it may offer a programme."""

    keys: tuple[str, ...] = ()
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
            "rounding",
        ),
    ),
    "deadline": Programme(
        keys=("deadline.month", "deadline.basis"), switches=("extend_deadline_over_rest_days",)
    ),
    "assist": Programme(
        keys=(
            "settings_covered",
            "settings_inpatient",
            "full_assistance",
            "outpatient.mode",
            *(f"ratio.{name}" for name in ("TEKUN", "DIBAO", "DIBIAN", "OTHER")),
        ),
        switches=("full_assistance_capped", "status_basis", "status_of_the_dead", "rounding"),
    ),
    "premium": Programme(keys=("premium.categories", "premium.ratio", "premium.coverage_delay")),
    "huimin_premium": Programme(keys=("huimin.ratio",)),
    "big_illness": Programme(keys=("big_illness.poor_deductible_share", "big_illness.poor_more")),
    "risk_pool": Programme(
        keys=(
            "pool.zhipin",
            "pool.fanpin",
            "pool.recipient_watch",
            "pool.watch_push",
            "pool.push",
        ),
        switches=("pool_base", "pool_double_membership"),
    ),
    "large_cost": Programme(keys=("alarm.large_cost",)),
    "bottom_line": Programme(
        keys=("bottom_line.limit", "bottom_line.groups", "list_months"),
        switches=("bottom_line_target", "bottom_line_groups", "bottom_line_nets_earlier"),
    ),
    "list_duty": Programme(keys=("list_months", "reconciliation_months")),
    "jurisdiction": Programme(keys=("areas.city", "areas.own", "areas.city_name")),
    "kpi": Programme(),
}
