"""Questions about premiums, big illness, burden and look-back in the golden files' names."""

from __future__ import annotations

from datetime import date

from assistance.calculation.annual.big_illness import BigIllnessFacts, big_illness
from assistance.calculation.annual.burden import BurdenFacts, burden
from assistance.calculation.bills.status import window_of
from assistance.calculation.codes import Category, Outcome, RefusalCode
from assistance.calculation.golden.packs import configured, document_pack
from assistance.calculation.golden.reader import Reader
from assistance.calculation.golden.shapes import Reply, rate_text
from assistance.calculation.money import yuan
from assistance.calculation.plain.premium import PremiumFacts, huimin_premium, premium
from assistance.calculation.policy import template
from assistance.calculation.policy.book import Book, templates_of
from assistance.calculation.results import Answer, refuse


def premium_question(inputs: Reader) -> Reply:
    pack = configured(document_pack(inputs.text("document"), inputs), inputs)
    packs = tuple(
        pack if other.code == pack.code else other for other in templates_of(pack.jurisdiction)
    )
    if pack.start_of("premium") is None:
        raise refuse(RefusalCode.NOT_OFFERED, "document", document=pack.code)
    if not inputs.has("category"):
        inputs.checks.refuse(RefusalCode.FIELD_MISSING, "category")
    facts = PremiumFacts(
        category=_category(inputs),
        approved_on=inputs.optional_day("approval_date"),
        enrolled_on=inputs.optional_day("enrolment_date"),
        exit_on=inputs.optional_day("exit_date"),
        already_insured=inputs.flag("already_insured_this_year", False),
        basic_contribution=inputs.optional_amount("personal_contribution"),
        big_illness_contribution=inputs.amount("big_illness_contribution", 0),
        rate=inputs.rate("subsidy_rate") if inputs.has("subsidy_rate") else None,
    )
    inputs.close()
    inputs.checks.done()
    result = premium(facts, Book(packs, forced=pack.code))
    return Reply(
        result,
        {
            "document": result.document,
            "subsidised_this_year": result.subsidised_this_year,
            "subsidy_month": _month(result.subsidy_month),
            "coverage_from_month": _month(result.coverage_from),
            "coverage_until": _iso(result.coverage_until),
            "subsidised_next_year": result.subsidised_next_year,
            "next_year": result.next_year,
            "refund": yuan(result.refund),
            "amount_if_subsidised": None if result.amount is None else yuan(result.amount),
        },
    )


def huimin_question(inputs: Reader) -> Reply:
    pack = configured(template("ZS22"), inputs)
    recipient = inputs.flag("is_recipient", False)
    contribution = inputs.amount("premium")
    inputs.close()
    inputs.checks.done()
    amount, told = huimin_premium(recipient, contribution, pack, pack.first_day)
    result = Answer(outcome=Outcome.AMOUNT, document=pack.code, version=pack.version, lines=(told,))
    return Reply(result, {"subsidised": recipient, "amount": yuan(amount)})


def big_illness_question(inputs: Reader) -> Reply:
    pack = configured(document_pack(inputs.text("document"), inputs), inputs)
    facts = BigIllnessFacts(
        burden=inputs.amount("burden"),
        on=inputs.optional_day("date") or pack.first_day,
        burden_before=inputs.amount("burden_before", 0),
        paid_before=inputs.amount("paid_before", 0),
        poor=inputs.flag("poor", False),
        registered_poor=_registered(inputs),
        general_deductible=inputs.optional_amount("general_deductible"),
        general_ratio=inputs.rate("general_ratio") if inputs.has("general_ratio") else None,
        further_tiers=tuple(_tier(tier) for tier in inputs.objects("further_tiers")),
        general_cap=inputs.optional_amount("general_cap"),
        income_last_year=inputs.optional_amount("income_last_year"),
    )
    inputs.close()
    inputs.checks.done()
    result = big_illness(facts, pack)
    return Reply(
        result,
        {
            "deductible": yuan(result.deductible),
            "ratio": rate_text(result.ratio),
            "base": yuan(result.base),
            "cap": None if result.cap is None else yuan(result.cap),
            "payment": yuan(result.payment),
        },
    )


def _tier(reader: Reader) -> tuple[int, int]:
    tier = reader.amount("from"), reader.rate("ratio")
    reader.close()
    return tier


def _registered(inputs: Reader) -> bool:
    """建档立卡, under the names it is met."""
    names = ("registered_poor", "archived_poor", "filed_poor", "jdlk", "jiandang_lika", "建档立卡")
    flags = [inputs.flag(name, False) for name in names]
    return any(flags)


def burden_question(inputs: Reader) -> Reply:
    in_scope = inputs.amount("in_scope")
    facts = BurdenFacts(
        total=inputs.amount("total", in_scope),
        in_scope=in_scope,
        **{
            name: inputs.amount(name, 0)
            for name in BurdenFacts.__slots__
            if name not in ("total", "in_scope")
        },
    )
    inputs.close()
    inputs.checks.done()
    result = burden(facts)
    return Reply(
        result,
        {
            "burden_before_assistance": yuan(result.before_assistance),
            "in_scope_after_assistance": yuan(result.after_assistance),
            "special_aid_paid": yuan(result.special_aid_paid),
            "in_scope_after_special": yuan(result.after_special_aid),
            "personal_burden_all": yuan(result.personal),
        },
    )


def lookback_question(inputs: Reader) -> Reply:
    """The days a recognition reaches back to. Refused where there is no look-back."""
    pack = configured(template("ZS22"), inputs)
    day = inputs.day("recognition_date")
    category = _category(inputs)
    inputs.close()
    inputs.checks.done()
    listed = pack.find("lookback.categories", on=day)
    if listed is None:
        raise refuse(
            RefusalCode.NO_POLICY_IN_FORCE,
            "recognition_date",
            document=pack.code,
            first_day=pack.first_day,
        )
    window = window_of(day, pack)
    if category not in listed.names or window is None:
        raise refuse(RefusalCode.NO_LOOKBACK, "category")
    result = Answer(outcome=Outcome.AMOUNT, document=pack.code, version=pack.version)
    return Reply(result, {"start": window[0].isoformat(), "end": window[1].isoformat()})


def _category(inputs: Reader) -> Category:
    return inputs.name("category", Category, RefusalCode.UNKNOWN_CATEGORY, Category.DIBAO)


def _month(day: date | None) -> str | None:
    return None if day is None else f"{day:%Y-%m}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
