"""The words of the lists of the insured: headings of the national interface (人员参保信息, insuinfo) and codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.registry import list_words as words
from assistance.registry.models import Enrolment

KIND, COUNTY, STATE, SEX, BORN = "kind", "county", "state", "sex", "born_on"
FIELDS: dict[str, str | Promise] = {
    words.NUMBER: words.FIELDS[words.NUMBER],
    words.NAME: words.FIELDS[words.NAME],
    KIND: _("Kind of insurance"),
    COUNTY: _("Place of insurance"),
    STATE: _("State of the insurance"),
    words.FIRST: words.FIELDS[words.FIRST],
    words.LAST: words.FIELDS[words.LAST],
    words.TOWNSHIP: words.FIELDS[words.TOWNSHIP],
    words.VILLAGE: words.FIELDS[words.VILLAGE],
    SEX: _("Sex"),
    BORN: _("Date of birth"),
}
ALIASES: dict[str, tuple[str, ...]] = {
    words.NUMBER: (*words.ALIASES[words.NUMBER], "参保人身份证号", "参保人证件号码"),
    words.NAME: (*words.ALIASES[words.NAME], "参保人姓名", "参保人", "参保人员姓名"),
    KIND: ("险种类型", "险种", "险种代码", "险种类型代码", "参保险种", "参保类型", "医保类型", "insutype"),
    COUNTY: (
        "参保区划", "参保地", "参保地区划", "参保地医保区划", "参保所属医保区划", "统筹区", "所属统筹区",
        "insu_admdvs", "insuplc_admdvs",
    ),
    STATE: ("参保状态", "人员参保状态", "参保缴费状态", "psn_insu_stas", *words.ALIASES[words.CHANGE]),
    words.FIRST: (
        "参保日期", "个人参保日期", "参保开始日期", "参保时间", "参保起始日期", "本次参保日期", "开始日期",
        "起始日期", "psn_insu_date",
    ),
    words.LAST: (
        "暂停参保日期", "停保日期", "参保终止日期", "参保结束日期", "中断参保日期", "结束日期", "终止日期",
        "paus_insu_date",
    ),
    words.TOWNSHIP: (
        *words.ALIASES[words.TOWNSHIP], "乡镇代码", "乡镇街道代码", "居住地区划", "户籍所在乡镇", "参保乡镇",
    ),
    words.VILLAGE: words.ALIASES[words.VILLAGE],
    SEX: ("性别", "gend"),
    BORN: ("出生日期", "出生年月日", "brdy"),
}  # fmt: skip
NEEDED = (words.NUMBER, words.NAME, KIND)

_RESIDENT, _EMPLOYEE = Enrolment.Kind.RESIDENT.value, Enrolment.Kind.EMPLOYEE.value
# 380 and 391 are what the resident insurance was called before.
KINDS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "390", "380", "391", "城乡居民基本医疗保险", "城镇居民基本医疗保险", "居民基本医疗保险",
            "城乡居民医疗保险", "城乡居民医保", "居民医保", "居民", "新型农村合作医疗", "新农合",
        ),
        _RESIDENT,
    ),
    **dict.fromkeys(
        (
            "310", "职工基本医疗保险", "城镇职工基本医疗保险", "职工医疗保险", "职工医保",
            "城镇职工医保", "职工",
        ),
        _EMPLOYEE,
    ),
}  # fmt: skip
# Of the same system, and no basic insurance: such rows say nothing to this register.
OTHER_KINDS = frozenset((
    "320", "330", "340", "350", "360", "370", "392", "399", "410", "510", "公务员医疗补助",
    "大额医疗费用补助", "离休人员医疗保障", "一至六级残疾军人医疗补助", "老红军医疗保障",
    "企业补充医疗保险", "城乡居民大病医疗保险", "其他特殊人员医疗保障", "长期照护保险", "长期护理保险",
    "生育保险",
))  # fmt: skip
# psn_insu_stas: not insured, suspended, invalid, ended.
STOPPED = words.ENDS | frozenset((
    "0", "2", "3", "4", "未参保", "暂停参保", "暂停", "无效", "终止参保", "中断参保", "停保", "中断",
    "退保",
))  # fmt: skip
# Of these, the ones that say it never held: no day of it is to be believed.
NEVER_HELD = frozenset(("0", "3", "未参保", "无效"))
IN_FORCE = words.GOES_ON | frozenset(("1", "正常参保", "参保", "在保", "参保缴费", "续保"))
MEN, WOMEN = frozenset(("1", "男", "男性")), frozenset(("2", "女", "女性"))


def fields_of(is_of_insured: bool) -> Mapping[str, str | Promise]:
    """What the columns of such a list may mean, and how that is called."""
    return FIELDS if is_of_insured else words.FIELDS


def needed_of(is_of_insured: bool) -> tuple[str, ...]:
    """The columns without which such a list is not read."""
    return NEEDED if is_of_insured else (words.NUMBER, words.NAME)
