"""`jingning` and `deadline` questions in the golden files' names."""

from __future__ import annotations

from assistance.calculation.annual.jingning import jingning
from assistance.calculation.annual.jingning_facts import (
    AID_SOURCES,
    CostItem,
    JingningFacts,
    OtherAid,
)
from assistance.calculation.codes import Exclusion, Group, Hukou, Reason, RefusalCode, Setting
from assistance.calculation.golden.packs import configured, document_pack
from assistance.calculation.golden.reader import Reader
from assistance.calculation.golden.shapes import Reply, calendar
from assistance.calculation.money import yuan
from assistance.calculation.plain.deadline import DeadlineFacts, deadline

# Other names under which the same exclusion of JN21-2.2.3 is met.
_EXCLUSIONS = {
    "COSMETIC_SURGERY": Exclusion.COSMETIC,
    "BEAUTY": Exclusion.COSMETIC,
    "ABROAD": Exclusion.ABROAD_OR_NON_DESIGNATED,
    "OVERSEAS": Exclusion.ABROAD_OR_NON_DESIGNATED,
    "NON_DESIGNATED": Exclusion.ABROAD_OR_NON_DESIGNATED,
    "NOT_DESIGNATED": Exclusion.ABROAD_OR_NON_DESIGNATED,
    "OVERSEAS_OR_NON_DESIGNATED": Exclusion.ABROAD_OR_NON_DESIGNATED,
    "ABROAD_OR_NOT_DESIGNATED": Exclusion.ABROAD_OR_NON_DESIGNATED,
    "ILLEGAL": Exclusion.CRIME,
}


def jingning_question(inputs: Reader) -> Reply:
    """Facts from the golden names; `subsidy`, `own_cost`, `annual_due`, `eligible` back."""
    document = inputs.text("document", "JN21")
    pack = configured(document_pack(document, inputs), inputs)
    facts = JingningFacts(
        settlement_year=inputs.year("settlement_year"),
        received_on=inputs.day("application_date"),
        group=_group(inputs),
        items=tuple(_item(n, item) for n, item in enumerate(inputs.objects("items"))),
        hukou=_hukou(inputs, "hukou") or Hukou.LOCAL,
        insured_in_county=inputs.flag("insured_in_county", True),
        hukou_in_year=_hukou(inputs, "hukou_in_year"),
        insured_in_county_when_received=inputs.optional_flag("insured_in_county_when_received"),
        insured_since=inputs.optional_day("insured_since"),
        aid=_aid(inputs),
        already_paid=inputs.amount("already_paid", 0),
        calendar=calendar(inputs),
    )
    inputs.close()
    inputs.checks.done()
    result = jingning(facts, pack)
    return Reply(
        result,
        {
            "document": result.document,
            "eligible": result.eligible,
            "reason": Reason.OK.value if result.eligible else result.reason.value,
            "detail": result.reason.value,
            "own_cost": yuan(result.own_cost),
            "annual_due": yuan(result.annual_due),
            "subsidy": yuan(result.subsidy),
            "overpaid": yuan(result.overpaid),
        },
    )


def deadline_question(inputs: Reader) -> Reply:
    """The last day of a claim or application, and whether it was kept."""
    pack = configured(document_pack(inputs.text("document"), inputs), inputs)
    facts = DeadlineFacts(
        received_on=inputs.optional_day("application_date"),
        settlement_year=inputs.year("settlement_year") if inputs.has("settlement_year") else None,
        invoice_date=inputs.optional_day("invoice_date"),
        recognised_from=inputs.optional_day("recognised_from"),
        calendar=calendar(inputs),
    )
    inputs.close()
    inputs.checks.done()
    result = deadline(facts, pack)
    return Reply(
        result,
        {
            "document": result.document,
            "deadline": result.deadline.isoformat() if result.deadline else None,
            "accepted": result.accepted,
            "reason": result.reason.value,
        },
    )


def _group(inputs: Reader) -> Group:
    if not inputs.has("group"):
        inputs.checks.refuse(RefusalCode.FIELD_MISSING, "group")
    return inputs.name("group", Group, RefusalCode.UNKNOWN_GROUP, Group.OTHER_ILL)


def _hukou(inputs: Reader, name: str) -> Hukou | None:
    """LOCAL (also written JINGNING) or OTHER."""
    if inputs.raw(name) == "JINGNING":
        return Hukou.LOCAL
    if not inputs.has(name):
        return None
    return inputs.name(name, Hukou, RefusalCode.UNKNOWN_HUKOU, Hukou.LOCAL)


def _item(n: int, item: Reader) -> CostItem:
    given = item.raw("exclusion")
    known = _EXCLUSIONS.get(given) if isinstance(given, str) else None
    read = CostItem(
        id=item.text("id", "") or str(n + 1),
        settled_on=item.day("date"),
        total=item.amount("total"),
        insurance=item.amount("insurance", 0),
        assistance=item.amount("assistance", 0),
        aid=_aid(item),
        setting=item.name("setting", Setting, RefusalCode.UNKNOWN_SETTING, Setting.INPATIENT),
        exclusion=known if known or not item.has("exclusion") else _exclusion(item),
        therapeutic=item.flag("therapeutic", True),
        designated=item.flag("designated", True),
        in_scope=item.optional_amount("in_scope"),
    )
    item.close()
    return read


def _exclusion(item: Reader) -> Exclusion:
    return item.name("exclusion", Exclusion, RefusalCode.UNKNOWN_EXCLUSION, Exclusion.WORK_INJURY)


def _aid(reader: Reader) -> OtherAid:
    """`other_gov_aid` is government aid; `other_aid` may name the other sources."""
    by_source = reader.nested("other_aid")
    amounts = {source: by_source.amount(source, 0) for source in AID_SOURCES}
    by_source.close()
    amounts["government"] += reader.amount("other_gov_aid", 0)
    return OtherAid(**amounts)
