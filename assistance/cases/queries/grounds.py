"""The sentences of a policy on which a refusal can rest, quoted for the letter (JN21 二)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Ground:
    """`label` is for the screen; place and quotation are the document's own, for the letter."""

    label: str | Promise
    place: str
    quotation: str


GROUNDS: dict[str, Ground] = {
    "people": Ground(
        _("Registered and insured in the county, or insured there for three years"),
        "二（一）",
        "医疗补助对象为具有景宁户籍在本县参加基本医疗保险的或连续在本县参加基本医疗保险三年以上的非景宁户籍困难人员",
    ),
    "scope": Ground(
        _("Inpatient and special-disease outpatient cost alone counts"),
        "二（二）1",
        "因病情需要发生的治疗性住院医疗费用（含特殊病种门诊费用），经各类医保报销、医疗救助和其他政府部门救助（补助）后仍由个人自付的医疗费用",
    ),
    "hardship_deductible": Ground(
        _("Below the deductible of people in hardship"), "二（二）2", "困难人员起付标准为10000元"
    ),
    "other_deductible": Ground(
        _("Below the deductible of other people in hardship through illness"),
        "二（二）2",
        "其他因病困难人员起付标准50000元",
    ),
    "cap": Ground(_("The annual maximum is used up"), "二（二）2", "医疗补助最高限额为10万元"),
    "excluded": Ground(
        _("The cost is one of the six cases that do not count"),
        "二（二）3",
        "下列情形发生的自付医疗费用，不列入医疗补助范围",
    ),
    "deadline": Ground(
        _("Applied after 30 June of the next year"), "二（三）2", "医疗补助申请截止时间为次年6月底"
    ),
    "double": Ground(
        _("Helped elsewhere for the same cost"),
        "二（四）3",
        "涉及各医疗补助资金的相关单位，应建立信息互通机制，避免多头补助",
    ),
}
