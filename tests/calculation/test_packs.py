from __future__ import annotations

from datetime import date

import pytest

from assistance.calculation import BadPack, read_pack, template, template_codes, template_text

JN21 = template_text("JN21")


def faults(text):
    with pytest.raises(BadPack) as caught:
        read_pack(text)
    return [str(fault) for fault in caught.value.faults]


def line_of(text, part):
    return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)


@pytest.mark.parametrize("code", template_codes())
def test_every_template_quotes_each_value(code):
    pack = template(code)
    assert pack.code == code
    assert all(value.clause and value.quotation for value in pack.values)
    assert all(switch.chosen == switch.choices[0] for switch in pack.switches)
    assert all(value.first_day >= pack.first_day for value in pack.values)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('value = "0.50"', 'value = "1.01"', "ratio.HARDSHIP: a ratio must be between 0 and 1"),
        ('value = "0.50"', "value = 0.5", "ratio.HARDSHIP: a ratio is written as text"),
        ('value = "100000.00"', 'value = "-1"', "cap.annual: an amount must not be below 0"),
        ('key = "cap.annual"', 'key = "cap.anual"', "unknown value 'cap.anual'"),
        ('key = "cost_scope"', 'key = "cost_skope"', "unknown switch 'cost_skope'"),
        ('"all_therapeutic", ', '"everything", ', "cost_scope: unknown choice 'everything'"),
        ('level = "county"', 'levle = "county"', "unknown key 'levle'"),
    ],
)
def test_a_faulty_pack_is_refused_with_its_line(old, new, sentence):
    text = JN21.replace(old, new, 1)
    found = faults(text)
    number = line_of(text, new.strip())
    assert any(fault.startswith(f"line {number}: {sentence}") for fault in found), found


def test_a_missing_value_is_refused():
    head, _, rest = JN21.partition('[[value]]\nkey = "cap.annual"')
    tail = rest[rest.index("[[value]]") :]
    text = head + tail
    number = line_of(text, "[[programme]]")
    assert faults(text) == [f"line {number}: jingning needs 'cap.annual'"]


def test_two_values_of_one_first_day_are_refused():
    text = JN21.replace('key = "ratio.OTHER_ILL"', 'key = "ratio.HARDSHIP"', 1)
    assert "ratio.HARDSHIP twice on one first day" in faults(text)[0]


def test_unreadable_text_is_refused_with_its_line():
    assert faults("code = \n")[0].startswith("line 1: not readable as TOML")


def test_values_begin_on_their_first_day():
    later = JN21.replace(
        "[[switch]]",
        '[[value]]\nkey = "cap.annual"\nfirst_day = 2025-01-01\nvalue = "120000.00"\n'
        'clause = "x"\nquotation = "y"\n\n[[switch]]',
        1,
    )
    pack = read_pack(later)
    assert pack.get("cap.annual", on=date(2024, 12, 31)).number == 100_000_00
    assert pack.get("cap.annual", on=date(2025, 1, 1)).number == 120_000_00
    assert pack.version != template("JN21").version


def test_another_reading_is_another_version():
    pack = template("JN21")
    other = pack.choosing(cost_scope="in_catalogue")
    assert other.choice("cost_scope") == "in_catalogue"
    assert other.version != pack.version
    with pytest.raises(KeyError):
        pack.choosing(cost_scope="nothing")
