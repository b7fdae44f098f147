"""Explanations as readers see them: one case a document, in plain English."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistance.calculation.golden import explained

GOLDEN = Path(__file__).parent.parent / "golden"
SHOWN = ["G-LX20-09", "G-ZS22-034", "H-JN21-09", "H-WZ19-03", "H-ZS19-04", "O-ID-1", "O-REV-1"]
CASES = {
    case["id"]: case
    for file in sorted(GOLDEN.glob("*.jsonl"))
    for case in map(json.loads, file.read_text(encoding="utf-8").splitlines())
}


@pytest.mark.parametrize("name", SHOWN)
def test_explanation_reads_as_written(name):
    text = "\n".join([f"# {name}", *explained(CASES[name])]) + "\n"
    assert text == (GOLDEN / "explained" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_case_explains_itself(name):
    case = CASES[name]
    sentences = explained(case)
    if case["kind"] in ("assist", "jingning", "deadline", "premium", "risk_pool"):
        assert sentences or not case["inputs"].get("expenses", True)
    assert all("{" not in sentence for sentence in sentences)
