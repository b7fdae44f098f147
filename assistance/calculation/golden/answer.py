"""Answer one question of a golden file, whatever JSON it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assistance.calculation.checks import Checks
from assistance.calculation.codes import Outcome, RefusalCode
from assistance.calculation.english import explain, missing_sentence, refusal_sentence
from assistance.calculation.golden.assist import assist_question, version_question
from assistance.calculation.golden.insurance import (
    big_illness_question,
    burden_question,
    huimin_question,
    lookback_question,
    premium_question,
)
from assistance.calculation.golden.jingning import deadline_question, jingning_question
from assistance.calculation.golden.lists import (
    bottom_line_question,
    duty_question,
    jurisdiction_question,
    kpi_question,
    pool_question,
    quarter_question,
)
from assistance.calculation.golden.reader import Reader
from assistance.calculation.golden.shapes import Reply
from assistance.calculation.results import Refusal, Refused
from assistance.calculation.serial import Plain

_KINDS: Mapping[str, Callable[[Reader], Reply]] = {
    "assist": assist_question,
    "version": version_question,
    "jingning": jingning_question,
    "deadline": deadline_question,
    "lookback_window": lookback_question,
    "burden": burden_question,
    "premium": premium_question,
    "huimin_premium": huimin_question,
    "big_illness": big_illness_question,
    "risk_pool": pool_question,
    "quarter": quarter_question,
    "bottom_line": bottom_line_question,
    "jurisdiction": jurisdiction_question,
    "kpi": kpi_question,
    "list_duty": duty_question,
}
_GOLDEN_NAMES = {
    "received_on": "application_date",
    "settled_on": "date",
    "aid.government": "other_gov_aid",
    "aid.": "other_aid.",
}


def answer(case: object) -> dict[str, Any]:
    """The answer in the golden files' names; a refusal has `error` and a sentence."""
    given = case.get("id") if isinstance(case, dict) else None
    named: dict[str, Plain] = {"id": given} if isinstance(given, str) else {}
    try:
        reply, ignored = _reply(case)
    except Refused as refused:
        return named | _refused(refused.refusals)
    result = reply.answer
    if result.outcome == Outcome.REFUSED:
        return named | _refused(result.refusals)
    fields = reply.fields
    if result.outcome == Outcome.NEEDS_PERSON:
        fields = {
            "needs_person": [
                {"code": fact.code.value, "field": fact.field, "message": missing_sentence(fact)}
                for fact in result.missing
            ]
        }
    return named | fields | ({"ignored": [*ignored]} if ignored else {})


def explained(case: object) -> list[str]:
    """The explanation of one case as plain English sentences."""
    try:
        reply, _ = _reply(case)
    except Refused as refused:
        return [refusal_sentence(_renamed(refusal)) for refusal in refused.refusals]
    return explain(reply.answer)


def _reply(case: object) -> tuple[Reply, list[str]]:
    checks = Checks()
    outer = Reader(case, checks, "case") if not isinstance(case, dict) else Reader(case, checks)
    checks.done()
    kind = outer.text("kind")
    checks.done()
    if kind not in _KINDS:
        checks.refuse(RefusalCode.UNKNOWN_KIND, "kind")
        checks.done()
    inputs = Reader(outer.raw("inputs"), checks)
    checks.done()
    return _KINDS[kind](inputs), inputs.ignored


def _refused(refusals: tuple[Refusal, ...]) -> dict[str, Plain]:
    renamed = [_renamed(refusal) for refusal in refusals]
    first = renamed[0]
    return {
        "error": first.code.value,
        "field": first.field,
        "message": refusal_sentence(first),
        "refusals": [
            {"code": r.code.value, "field": r.field, "message": refusal_sentence(r)}
            for r in renamed
        ],
    }


def _renamed(refusal: Refusal) -> Refusal:
    field = refusal.field
    for ours, golden in _GOLDEN_NAMES.items():
        field = field.replace(ours, golden)
    return Refusal(refusal.code, field, refusal.args)
