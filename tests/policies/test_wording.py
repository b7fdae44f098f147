"""Every code of the calculation has a sentence, in both languages, that uses exactly its arguments."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils.translation import override

from assistance.calculation import Line, MissingFact, Refusal, RefusalCode, Step
from assistance.calculation.codes import MISSING, NAMES, REFUSALS, STEPS
from assistance.policies.wording import explain, missing_fact, refusal
from assistance.policies.wording.names import NAMES as WORDED_NAMES
from assistance.policies.wording.refusals import REFUSAL_SENTENCES
from assistance.policies.wording.steps import MISSING_SENTENCES, STEP_SENTENCES

LANGUAGES = ("en", "zh-hans")
# Outcomes and reasons are decided on by code; the lines say them in sentences.
SHOWN_NAMES = {
    member.value
    for group in NAMES
    for member in group
    if group.__name__ not in ("Outcome", "Reason")
}


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", STEPS)
def test_step_has_a_sentence_with_its_arguments(code, language):
    with override(language):
        assert _placeholders(str(STEP_SENTENCES[code])) <= set(STEPS[code].args)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", REFUSALS)
def test_refusal_has_a_sentence_with_its_arguments(code, language):
    with override(language):
        assert _placeholders(str(REFUSAL_SENTENCES[code])) <= set(REFUSALS[code].args)


@pytest.mark.parametrize("code", MISSING)
def test_missing_fact_has_a_sentence(code):
    assert _placeholders(str(MISSING_SENTENCES[code])) == set()
    assert missing_fact(MissingFact(code, "x"))


def test_every_name_that_is_shown_has_wording():
    assert set(WORDED_NAMES) >= SHOWN_NAMES


def test_amounts_are_in_yuan_and_ratios_in_per_cent():
    line = Line(
        Step.RATIO_APPLIED,
        (("over", 5_000_001), ("ratio", 5000), ("entitled", 2_500_001)),
        "JN21-2.2.2",
        date(2021, 12, 1),
    )
    with override("en"):
        assert explain(line).text == "50,000.01 × 50% = 25,000.01."


def test_bill_is_called_by_its_name_on_screen():
    line = Line(
        Step.ITEM_NOT_THERAPEUTIC, (("item", "7"), ("date", date(2025, 5, 1))), "JN21-2.2.1"
    )
    with override("en"):
        text = explain(line, items={"7": "县人民医院"}).text
    assert text == "县人民医院 of 2025-05-01 is not therapeutic: not counted."


def test_refusal_names_the_field_of_the_bill():
    found = Refusal(
        RefusalCode.REIMBURSEMENT_EXCEEDS_COST, "items[1].total", (("paid", 101), ("cost", 100))
    )
    with override("en"):
        sentence = refusal(found)
    assert sentence == "Bill 2 · total cost：the payers paid 1.01, more than the cost 1.00"
