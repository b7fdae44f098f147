"""Invariants I (I-60 … I-62): any JSON value in any field gives an answer or a sentence."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.calculation.golden import answer, explained

FOLDER = Path(__file__).parent.parent / "golden"
CASES = [
    json.loads(text)
    for file in sorted(FOLDER.glob("*.jsonl"))
    for text in file.read_text(encoding="utf-8").splitlines()
]
AMOUNT = re.compile(r"^\d+\.\d\d$")

ODD = (
    *(None, True, "false", "", " 1", "1 ", "+1", "1e3", "1_000", "-0", "-0.00", "0.001", "1,5"),
    *("NaN", "Infinity", "１２", "٣", "壹", "\ud800", 1e30, -0.0, 0.1, float("nan"), float("inf")),
    *(10**400, -1, "9" * 30, "2023-02-29", "2022-13-01", "0000-00-00", "9999-12-31"),
    *([], {}, [[]], [None], {"": None}, {"x": {"y": []}}),
)
json_values = st.one_of(
    st.sampled_from(ODD),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value[:3]):
            yield from paths(inner, (*path, n))


def changed(case, path, value):
    if not path:
        return value
    case = copy.deepcopy(case)
    place = case
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return case


def amounts(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("ratio", "id", "list_ids", "agenda_ids"):
                yield from amounts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from amounts(inner)
    elif isinstance(value, str) and re.fullmatch(r"-?[\d.eE+]+", value):
        yield value


def asserted(reply):
    json.dumps(reply, allow_nan=False)
    if "error" in reply:
        assert reply["field"]
        assert reply["field"] in reply["message"]
        return
    shown = {key: value for key, value in reply.items() if key not in ("id", "ignored")}
    assert all(AMOUNT.match(text) for text in amounts(shown) if "." in text or "e" in text)


@given(st.sampled_from(CASES), st.data())
def test_any_value_in_any_field_gives_an_answer_or_a_sentence(case, data):
    asked = {key: case[key] for key in ("id", "kind", "inputs")}
    path = data.draw(st.sampled_from(list(paths(asked))))
    asked = changed(asked, path, data.draw(json_values))
    before = copy.deepcopy(asked)
    reply = answer(asked)
    assert repr(asked) == repr(before)
    asserted(reply)
    assert all(isinstance(sentence, str) for sentence in explained(asked))


@given(json_values)
def test_any_question_gives_an_answer_or_a_sentence(value):
    asserted(answer(value))


@pytest.mark.parametrize(
    "amount",
    ["1e3", "1_000", "+1", " 1", "1 ", "1.", ".5", "1.234", "NaN", "１", "", None, 0.5, True, [1]],
)
def test_malformed_amounts_are_refused_by_field(amount):
    reply = answer(jingning_case(total=amount))
    assert (reply["error"], reply["field"]) == ("BAD_AMOUNT", "items[0].total")


@pytest.mark.parametrize("amount", ["-1", "-0", "-0.00", -1])
def test_signed_amounts_are_refused_by_field(amount):
    reply = answer(jingning_case(total=amount))
    assert (reply["error"], reply["field"]) == ("NEGATIVE_AMOUNT", "items[0].total")


@pytest.mark.parametrize("amount", ["20000", "20000.0", "20000.00", 20000])
def test_amounts_have_at_most_two_decimals(amount):
    assert answer(jingning_case(total=amount))["subsidy"] == "5000.00"


@pytest.mark.parametrize("flag", ["false", 0, None, [], "no"])
def test_booleans_are_booleans(flag):
    reply = answer(jingning_case(total="1", therapeutic=flag))
    assert (reply["error"], reply["field"]) == ("BAD_BOOLEAN", "items[0].therapeutic")


def test_every_fault_is_named_at_once():
    reply = answer(jingning_case(total="x", date="2022-02-30", setting="bed"))
    assert [fault["field"] for fault in reply["refusals"]] == [
        "items[0].date",
        "items[0].total",
        "items[0].setting",
    ]


def test_fields_without_effect_are_named():
    assert answer(jingning_case(total="1", asistance="1"))["ignored"] == ["items[0].asistance"]


def jingning_case(**item):
    return {
        "id": "x",
        "kind": "jingning",
        "inputs": {
            "settlement_year": 2022,
            "application_date": "2023-03-01",
            "group": "HARDSHIP",
            "items": [{"date": "2022-05-01"} | item],
        },
    }
