"""What a document grants to a bill: looked up once, kept for the same kind of bill."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from assistance.calculation.bills.rule import NO_CAP, Terms
from assistance.calculation.codes import Category, RefusalCode, Setting
from assistance.calculation.money import RATE_ONE
from assistance.calculation.policy import Pack, PolicyValue
from assistance.calculation.policy.tiers import Tier, tiers_of
from assistance.calculation.results import refuse


@dataclass(frozen=True, slots=True)
class Grant:
    """Terms of a bill under one category, and the values they come from."""

    category: Category
    terms: Terms
    rate: PolicyValue
    deductible: PolicyValue | None
    cap_own: PolicyValue | None
    cap_total: PolicyValue | None
    tiers: tuple[Tier, ...] = ()


class Case(NamedTuple):
    """Everything about a bill that decides its terms besides the category."""

    setting: Setting
    psychiatric: bool = False  # treatment of a certificate holder
    certified: bool = False  # the outpatient limit is lifted (ZS19)
    joint: bool = False  # the common limit of certified persons binds (ZS19)


class Rules:
    """The values of one pack, asked by bill."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._days = sorted({value.first_day for value in pack.values})
        self._grants: dict[tuple[int, Category, Case], Grant | None] = {}
        self._known: dict[tuple[int, Category], bool] = {}
        self._outpatient: dict[tuple[int, Setting], bool] = {}
        self.version = pack.version
        self.certifies = any(value.key == "cap.certified" for value in pack.values)

    def knows(self, category: Category, on: date) -> bool:
        key = (bisect_right(self._days, on), category)
        if key not in self._known:
            self._known[key] = self.pack.find(f"ratio.{category}", on=on) is not None
        return self._known[key]

    def outpatient(self, setting: Setting, on: date) -> bool:
        """Whether a setting belongs to the outpatient bucket."""
        key = (bisect_right(self._days, on), setting)
        if key not in self._outpatient:
            inpatient = self.pack.get("settings_inpatient", on=on).names
            self._outpatient[key] = setting not in inpatient
        return self._outpatient[key]

    def covers(self, setting: Setting, on: date) -> bool:
        return setting in self.pack.get("settings_covered", on=on).names

    def grant(self, category: Category, case: Case, on: date) -> Grant | None:
        """The terms, or None where the document grants such a bill nothing.

        Refuses with LOCAL_PARAMETER_MISSING where the county has not set what it needs.
        """
        key = (bisect_right(self._days, on), category, case)
        if key not in self._grants:
            self._grants[key] = self._find(category, case, on)
        return self._grants[key]

    def _find(self, category: Category, case: Case, on: date) -> Grant | None:
        if not self.covers(case.setting, on):
            return None
        outpatient = self.outpatient(case.setting, on)
        rate = self._rate(category, case, outpatient, on)
        if rate is None:
            return None
        deductible = None if outpatient else self.pack.find(f"deductible.{category}", on=on)
        own, total = self._caps(category, case, outpatient, on)
        uncapped = self._uncapped(category, case, on)
        quota = outpatient and rate.key == "outpatient.mode"
        # Tiers of the year's burden: outpatient bills do not enter it and keep the plain ratio.
        plain = not outpatient and rate.key == f"ratio.{category}"
        tiers = tiers_of(self.pack, category, on) if plain else ()
        return Grant(
            category,
            Terms(
                rate=RATE_ONE if quota else rate.number,
                deductible=deductible.number if deductible else 0,
                cumulates=0 if self.pack.says("deductible_period", "per_stay") else 1,
                cap_own=own.number if own and not uncapped else NO_CAP,
                cap_total=total.number if total and not uncapped else NO_CAP,
                counts=0 if uncapped else 1,
                **_tier_terms(tiers, rate),
            ),
            rate,
            deductible,
            own,
            total,
            tiers,
        )

    def _rate(
        self, category: Category, case: Case, outpatient: bool, on: date
    ) -> PolicyValue | None:
        """The ratio; None where outpatient care of the category is not assisted."""
        if case.psychiatric and (full := self.pack.find("psychiatric_ratio", on=on)):
            return full
        if not outpatient:
            return self.pack.get(f"ratio.{category}", on=on)
        mode = self._local("outpatient.mode", on)
        if mode.name == "quota":
            return mode
        if mode.name == "own_ratio":
            return self.pack.find(f"outpatient_ratio.{category}", on=on)
        return self.pack.get(f"ratio.{category}", on=on)

    def _local(self, key: str, on: date) -> PolicyValue:
        value = self.pack.find(key, on=on)
        if value is None:
            raise refuse(RefusalCode.LOCAL_PARAMETER_MISSING, key, document=self.pack.code)
        return value

    def _uncapped(self, category: Category, case: Case, on: date) -> bool:
        """Readings in which full assistance stands outside the limits (AMB-06, AMB-08)."""
        if case.psychiatric and self.pack.says("psychiatric_capped", "no"):
            return True
        full = category in self.pack.get("full_assistance", on=on).names
        return full and self.pack.says("full_assistance_capped", "no")

    def _caps(
        self, category: Category, case: Case, outpatient: bool, on: date
    ) -> tuple[PolicyValue | None, PolicyValue | None]:
        """Limit of the bill's own bucket, and of both together."""
        find = self.pack.find
        total = find("cap.total", on=on)
        inpatient = find("cap.inpatient", on=on)
        if self.pack.says("caps", "joint") or self.pack.says("outpatient_inside_cap", "yes"):
            total = total or inpatient
        certified = find("cap.certified", on=on)
        if certified and (case.certified or case.joint):
            total = certified
        if certified and self._lifted(case):
            return None, total
        if not outpatient:
            return inpatient, total
        if self.pack.says("outpatient_cap", "kept"):
            return find("cap.outpatient_if_kept", on=on), total
        own = find("cap.outpatient", on=on)
        left_open = any(value.key == "cap.outpatient" for value in self.pack.local_values)
        if own is None and left_open:
            raise refuse(
                RefusalCode.LOCAL_PARAMETER_MISSING, "cap.outpatient", document=self.pack.code
            )
        return own, total

    def _lifted(self, case: Case) -> bool:
        """A certified person's own outpatient limit is lifted (AMB-04)."""
        if self.pack.says("special_disease", "visit"):
            return case.certified and case.setting == Setting.SPECIAL_OUTPATIENT
        return case.certified


def _tier_terms(tiers: tuple[Tier, ...], rate: PolicyValue) -> dict[str, int]:
    """Where each further tier begins, and by how much its ratio exceeds the one before."""
    found: dict[str, int] = {}
    before = rate
    for number, tier in enumerate(tiers, start=2):
        found[f"beyond_{number}"] = tier.first.number
        found[f"more_{number}"] = tier.ratio.number - before.number
        before = tier.ratio
    return found


@lru_cache(maxsize=256)
def rules_of(pack: Pack) -> Rules:
    return Rules(pack)
