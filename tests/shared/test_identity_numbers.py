from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.shared.identity_numbers import (
    IdNumber,
    InvalidIdNumber,
    demo_number,
    is_demo_area,
    parse,
)

TODAY = date(2026, 11, 22)
# Made up for tests; their check digits are right.
VALID = [
    ("330902199003071234", "1", "330902", True),
    ("33038319900307123X", "1", "330383", True),
    ("330921195412310022", "2", "330921", True),
    ("330922202002290179", "1", "330922", True),
    ("330322199003071237", "1", "330322", True),  # a county abolished long ago
]


@pytest.mark.parametrize(("number", "sex", "area", "known"), VALID)
def test_parse_of_a_valid_number(number, sex, area, known):
    born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert parse(number, on=TODAY) == IdNumber(number, born_on, sex, area, known)


@pytest.mark.parametrize(
    "typed",
    ["33038319900307123x", " 33038319900307123X\u3000", "３３０３８３１９９００３０７１２３Ｘ"],
)
def test_parse_of_what_keyboards_produce(typed):
    assert parse(typed, on=TODAY).number == "33038319900307123X"


def test_parse_of_an_old_number_with_15_digits():
    assert parse("330902900307123", on=TODAY) == parse("330902199003071234", on=TODAY)


def test_parse_of_an_unknown_area_is_only_marked():
    assert parse(demo_number(born_on=date(1950, 1, 1), sex="2", serial=0), on=TODAY) == IdNumber(
        "999127195001010004", date(1950, 1, 1), "2", "999127", False
    )


WRONG = {
    "length": "33090219900307123",
    "nothing": "",
    "inner blank": "330902 19900307123",
    "letter": "33090219900307A234",
    "x inside": "3309021990030712X4",
    "letter at the end": "33090219900307123A",
    "15 with x": "33090290030712X",
    "30 February": "330902199002301234",
    "month 13": "330902199013071234",
    "before 1900": "330902189903071234",
    "future": "330902202703071234",
    "check digit": "330902199003071235",
    "check digit X": "33090219900307123X",
    "swapped digits": "330902199003072134",
    "superscript": "33090219900307123²",
}


@pytest.mark.parametrize("number", WRONG.values(), ids=WRONG)
def test_parse_refuses(number):
    with pytest.raises(InvalidIdNumber):
        parse(number, on=TODAY)


def test_parse_names_what_is_wrong():
    kinds = [[17 * "1"], ["33090219900307A234"], ["330902199002301234"], ["330902199003071235"]]
    sentences = set()
    for (number,) in kinds:
        with pytest.raises(InvalidIdNumber) as refused:
            parse(number, on=TODAY)
        sentences.add(str(refused.value))
    assert len(sentences) == 4


def test_parse_takes_somebody_born_today():
    number = demo_number(born_on=TODAY, sex="1", serial=7)
    assert parse(number, on=TODAY).born_on == TODAY


people = st.tuples(
    st.dates(min_value=date(1900, 1, 1), max_value=TODAY),
    st.sampled_from("12"),
    st.integers(min_value=0, max_value=499),
)


@given(people)
def test_demo_number_reads_back(person):
    born_on, sex, serial = person
    number = demo_number(born_on=born_on, sex=sex, serial=serial)
    assert is_demo_area(number)
    assert parse(number, on=TODAY) == IdNumber(number, born_on, sex, "999127", False)


@given(people, st.integers(min_value=0, max_value=16), st.integers(min_value=1, max_value=9))
def test_parse_notices_any_single_wrong_digit(person, place, more):
    born_on, sex, serial = person
    number = demo_number(born_on=born_on, sex=sex, serial=serial)
    wrong = str((int(number[place]) + more) % 10)
    with pytest.raises(InvalidIdNumber):
        parse(number[:place] + wrong + number[place + 1 :], on=TODAY)


@pytest.mark.parametrize(("sex", "serial"), [("0", 1), ("1", 500), ("2", -1)])
def test_demo_number_refuses_what_has_no_number(sex, serial):
    with pytest.raises(ValueError, match="serial"):
        demo_number(born_on=TODAY, sex=sex, serial=serial)
