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


class Category(StrEnum):
    """Whom a document assists; a pack gives a ratio to those it knows."""

    TEKUN = "TEKUN"  # 特困供养人员
    DIBAO = "DIBAO"  # 低保家庭成员
    DIBIAN = "DIBIAN"  # 低边家庭成员
    YINBING = "YINBING"  # 因病致贫, a class of its own in Lanxi and Wenzhou only (B-01)
    SANLAO = "SANLAO"  # 三老人员
    YOUFU = "YOUFU"  # 重点优抚对象
    JINGJIAN = "JINGJIAN"  # 精减职工
    TEKUN_ZHIGONG = "TEKUN_ZHIGONG"  # 特困职工, not to be confused with TEKUN
    OTHER = "OTHER"  # 其他特殊困难人员


class Insured(StrEnum):
    """Whether and where a person was insured when the bill arose (B-05)."""

    YES = "yes"
    ELSEWHERE = "elsewhere"
    NO = "no"


class Pool(StrEnum):
    """Lists of the monthly screening (ZS22-2.2), and the warning of large costs."""

    ZHIPIN = "ZHIPIN"  # 因病致贫风险潜在库
    FANPIN = "FANPIN"  # 因病返贫风险潜在库
    RECIPIENT_WATCH = "RECIPIENT_WATCH"
    LARGE_COST = "LARGE_COST"  # 大额医疗费用预警 (LX20-4.2, WZ19-3.5)


class Duty(StrEnum):
    MONTHLY_CHANGE_LIST = "MONTHLY_CHANGE_LIST"
    MONTHLY_INSURANCE_CHECK = "MONTHLY_INSURANCE_CHECK"
    MONTHLY_POOL_SCREEN = "MONTHLY_POOL_SCREEN"
    MONTHLY_RECIPIENT_WATCH = "MONTHLY_RECIPIENT_WATCH"
    HALF_YEARLY_RECONCILIATION = "HALF_YEARLY_RECONCILIATION"
    QUARTERLY_BOTTOM_LINE_LIST = "QUARTERLY_BOTTOM_LINE_LIST"


class Metric(StrEnum):
    """The five indicators of ZS22-1.2."""

    ENROLMENT_RATE = "enrolment_rate"
    ASSISTANCE_RATE = "assistance_rate"
    HIGH_COST_RESOLUTION_RATE = "high_cost_resolution_rate"
    COMPREHENSIVE_COVERAGE_RATE = "comprehensive_coverage_rate"
    PERSONAL_BURDEN_RATE = "personal_burden_rate"


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
    LOOKBACK = "LOOKBACK"
    NOT_RECIPIENT = "NOT_RECIPIENT"
    NOT_DESIGNATED = "NOT_DESIGNATED"
    NOT_COVERED = "NOT_COVERED"
    REVERSAL = "REVERSAL"
    BOTTOM_LINE = "BOTTOM_LINE"
    AT_LIMIT = "AT_LIMIT"
    RESOLVED_BY_OTHER_AID = "RESOLVED_BY_OTHER_AID"
    NOT_RECIPIENT_AT_QUARTER_END = "NOT_RECIPIENT_AT_QUARTER_END"
    DIED_BY_QUARTER_END = "DIED_BY_QUARTER_END"
    GROUP_NOT_LISTED = "GROUP_NOT_LISTED"
    BELOW_LIMIT = "BELOW_LIMIT"
    REFUSED = "REFUSED"
    NEEDS_PERSON = "NEEDS_PERSON"
