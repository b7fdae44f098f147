"""What every payer leaves, layer by layer (0.3, 0.4, ZS19-2.2.6)."""

from __future__ import annotations

from dataclasses import dataclass

from assistance.calculation.bills.rule import burden_of
from assistance.calculation.checks import Checks
from assistance.calculation.codes import Outcome, RefusalCode, Step
from assistance.calculation.results import Answer, Refused, line, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenFacts:
    """Cost and payers in fen; `special_aid` is what the rare-disease special aid offers."""

    total: int
    in_scope: int
    basic: int = 0
    supplementary: int = 0
    rare_fund: int = 0
    big: int = 0
    assistance: int = 0
    special_aid: int = 0
    huimin: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BurdenResult(Answer):
    """Special aid is paid up to what assistance leaves and fills no limit (AMB-09, B-21)."""

    before_assistance: int = 0
    after_assistance: int = 0
    special_aid_paid: int = 0
    after_special_aid: int = 0
    personal: int = 0


def burden(facts: BurdenFacts) -> BurdenResult:
    """The person's burden before and after each layer; refuses payers beyond the cost."""
    try:
        return _answer(facts)
    except Refused as refused:
        return BurdenResult(
            outcome=Outcome.REFUSED, document="", version="", refusals=refused.refusals
        )


def _answer(facts: BurdenFacts) -> BurdenResult:
    _check(facts)
    before = burden_of(facts.in_scope, facts.basic, facts.supplementary, facts.rare_fund, facts.big)
    if before < 0:
        paid = facts.in_scope - before
        raise refuse(
            RefusalCode.REIMBURSEMENT_EXCEEDS_COST, "in_scope", paid=paid, cost=facts.in_scope
        )
    after = before - facts.assistance
    if after < 0:
        raise _too_much("assistance", facts.assistance, before)
    special = min(facts.special_aid, after)
    personal = facts.total - facts.in_scope + after - special - facts.huimin
    if personal < 0:
        raise _too_much("huimin", facts.huimin, personal + facts.huimin)
    layers = {"before": before, "after": after, "special": special, "personal": personal}
    return BurdenResult(
        outcome=Outcome.AMOUNT,
        document="",
        version="",
        lines=(line(Step.BURDEN_LAYERS, "0.3", **layers),),
        before_assistance=before,
        after_assistance=after,
        special_aid_paid=special,
        after_special_aid=after - special,
        personal=personal,
    )


def _check(facts: BurdenFacts) -> None:
    checks = Checks()
    for name in facts.__slots__:
        checks.amount(name, getattr(facts, name))
    checks.done()
    if facts.in_scope > facts.total:
        raise refuse(
            RefusalCode.SCOPE_EXCEEDS_TOTAL,
            "in_scope",
            in_scope=facts.in_scope,
            total=facts.total,
        )


def _too_much(payer: str, paid: int, burden: int) -> Refused:
    return refuse(RefusalCode.PAYMENT_EXCEEDS_BURDEN, payer, paid=paid, burden=burden)
