from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistance.calculation.golden import answer, differences

FOLDER = Path(__file__).parent.parent / "golden"
FILES = ("all", "jn21", "lx20", "wz19", "zs19", "zs22", "own")


def cases():
    for name in FILES:
        for text in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(text)
            yield pytest.param(case, id=case["id"])


@pytest.mark.parametrize("case", list(cases()))
def test_answer_holds_what_the_golden_case_expects(case):
    assert list(differences(case["expected"], answer(case))) == []


def test_differences_wants_a_refusal_for_an_expected_error():
    assert list(differences({"error": "X"}, {"subsidy": "0.00"})) == ["expected a refusal"]
    assert list(differences({"error": "X"}, {"error": "Y"})) == []


def test_differences_compares_objects_as_subsets_and_lists_by_length():
    actual = {"a": "1.00", "rows": [{"x": 1, "y": 2}]}
    assert list(differences({"rows": [{"x": 1}]}, actual)) == []
    assert list(differences({"rows": []}, actual)) != []
    assert list(differences({"rows": [{"x": True}]}, actual)) == ["rows[0].x: expected True, got 1"]
    assert list(differences({"b": None}, actual)) == ["b: expected None, got nothing"]
