"""Names of the things facts are made of; each needs wording like the codes do."""

from __future__ import annotations

from enum import StrEnum


class Setting(StrEnum):
    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    CHRONIC_OUTPATIENT = "chronic_outpatient"
    SPECIAL_OUTPATIENT = "special_outpatient"
    PHARMACY = "pharmacy"


class Group(StrEnum):
    """Whom the Jingning subsidy is for (JN21-2.1)."""

    HARDSHIP = "HARDSHIP"
    OTHER_ILL = "OTHER_ILL"


class Hukou(StrEnum):
    LOCAL = "LOCAL"
    OTHER = "OTHER"


class Exclusion(StrEnum):
    """The six exclusions of JN21-2.2.3, in the order of the text."""

    WORK_INJURY = "WORK_INJURY"
    THIRD_PARTY = "THIRD_PARTY"
    PUBLIC_HEALTH = "PUBLIC_HEALTH"
    COSMETIC = "COSMETIC"
    ABROAD_OR_NON_DESIGNATED = "ABROAD_OR_NON_DESIGNATED"
    CRIME = "CRIME"


class Outcome(StrEnum):
    """The three results a calculation can have."""

    AMOUNT = "amount"
    REFUSED = "refused"
    NEEDS_PERSON = "needs_person"


class Reason(StrEnum):
    """Why the amount of a year, a bill or a deadline is what it is."""

    OK = "OK"
    LATE = "LATE"
    NOT_INSURED = "NOT_INSURED"
    UNDER_THREE_YEARS = "UNDER_THREE_YEARS"
    BELOW_DEDUCTIBLE = "BELOW_DEDUCTIBLE"
    CAPPED = "CAPPED"
    ALREADY_PAID = "ALREADY_PAID"
    BEFORE_RECOGNITION = "BEFORE_RECOGNITION"
    REFUSED = "REFUSED"
    NEEDS_PERSON = "NEEDS_PERSON"
