"""The words of recipient lists: headings, categories and changes as the departments write them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import RecipientCategory

NUMBER, NAME, CATEGORY, TOWNSHIP, VILLAGE = "number", "name", "category", "township", "village"
FIRST, LAST, CHANGE = "first_day", "last_day", "change"
FIELDS: dict[str, str | Promise] = {
    NUMBER: _("Id number"),
    NAME: _("Name"),
    CATEGORY: _("Category"),
    TOWNSHIP: _("Township"),
    VILLAGE: _("Village or community"),
    FIRST: _("First day"),
    LAST: _("End date"),
    CHANGE: _("Kind of change"),
}
ALIASES: dict[str, tuple[str, ...]] = {
    NUMBER: (
        "身份证号", "身份证号码", "公民身份号码", "公民身份证号码", "证件号码", "证件号", "身份证",
        "对象身份证号", "救助对象身份证号", "成员身份证号", "残疾人身份证号", "certno", "cert_no",
    ),
    NAME: ("姓名", "对象姓名", "救助对象姓名", "成员姓名", "家庭成员姓名", "人员姓名", "psn_name"),
    CATEGORY: (
        "救助身份", "医疗救助身份", "对象类别", "救助对象类别", "人员类别", "身份类别", "救助类别",
        "类别", "困难类型", "对象类型",
    ),
    TOWNSHIP: (
        "镇街", "镇（街）", "乡镇", "乡镇街道", "乡镇（街道）", "乡（镇、街道）", "街道乡镇", "街道",
        "所属乡镇", "所属街道", "认定地",
    ),
    VILLAGE: ("村社", "村（居）", "村居", "社区", "村（社区）", "村", "行政村", "所属村社"),
    FIRST: (
        "认定日期", "认定时间", "开始日期", "起始日期", "开始时间", "生效日期", "纳入时间", "纳入日期",
        "救助开始日期", "享受开始日期", "begntime", "begndate",
    ),
    LAST: (
        "结束日期", "终止日期", "截止日期", "结束时间", "身份取消时间", "取消日期", "退出日期", "停止日期",
        "失效日期", "有效期至", "救助结束日期", "endtime", "enddate",
    ),
    CHANGE: ("身份变更", "变更类型", "变动类型", "变更情况", "变动情况", "操作类型", "增减情况"),
}  # fmt: skip
# How a category is called besides its official name.
CATEGORY_WORDS: dict[str, tuple[str, ...]] = {
    "TEKUN": ("特困", "特困人员", "特困供养", "五保", "五保户", "分散供养", "集中供养"),
    "DIBAO": (
        "低保",
        "低保户",
        "低保对象",
        "最低生活保障",
        "城镇低保",
        "农村低保",
        "最低生活保障对象",
    ),
    "DIBIAN": ("低边", "低边户", "低保边缘", "低保边缘户", "低保边缘家庭", "最低生活保障边缘家庭"),
    "YINBING": ("因病致贫", "支出型贫困", "支出型困难", "因病支出型贫困"),
    "SANLAO": ("三老", "三老人员"),
    "YOUFU": ("优抚", "优抚对象", "重点优抚"),
    "JINGJIAN": ("精减退职", "精简退职职工", "精减职工"),
    "TEKUN_ZHIGONG": ("困难职工", "特困职工家庭"),
    "OTHER": ("其他人员",),
}
ENDS = frozenset({"取消", "停发", "退出", "注销", "减少", "终止", "死亡", "迁出", "停止", "清退"})
GOES_ON = frozenset({"", "新增", "增加", "变更", "续发", "不变", "正常", "保留", "迁入", "调整"})
# What is written for "until further notice".
OPEN_ENDED = frozenset({"长期", "永久", "至今", "长期有效", "无", "-", "—", "/"})
OPEN_FROM_YEAR = 2099
TOTALS = frozenset({"合计", "小计", "总计", "本页合计"})
# What stands in the column of numbers where no person stands in the row.
NO_NUMBER = TOTALS | {"", None}

DOUBTS: dict[str, str | Promise] = {
    "name": _("The register knows this number under another name."),
    "died": _("The register has a day of death for this person."),
    "no_township": _(
        "This person is new and the township is missing or unknown: write its official name."
    ),
    "older": _("A newer list or entry says otherwise; an older one does not undo it."),
    "elsewhere": _("Another agency recognises this person in the same category on these days."),
    "other_department": _("Another department recognises this person in the same category."),
    "earlier": _("The days lie before those the register has."),
    "overlap": _("The days overlap with an earlier recognition."),
    "nothing_to_end": _("The row ends a recognition that the register does not have."),
    "hukou": _("The household registration is in another place than this list is for."),
    "held": _("Missing from the list, but the list has rows without number and name."),
    "maybe_faulty": _("Missing from the list, but a faulty row carries the same name."),
    "just_begun": _("Missing from the list, but recognised only after the day it holds from."),
    "by_hand": _("Missing from the list, but entered by hand and not kept by this list."),
    "twice": _("The number stands twice with one insurance, or under several names."),
    "insured_elsewhere": _("Another agency keeps this insurance of the person on these days."),
}


def category_words(categories: Iterable[RecipientCategory]) -> dict[str, int]:
    """Every way to write one of these categories, and its id."""
    words: dict[str, int] = {}
    for category in categories:
        for word in (category.name, category.code, *CATEGORY_WORDS.get(category.code, ())):
            words[word] = category.pk
    return words
