"""A definition of a source that is not understood is refused with a sentence, whatever was typed."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assistance.settlements.sources import BadSource, national_text, read_definition
from assistance.web.bills.words import in_words

NATIONAL = national_text()


def without(block: str) -> str:
    """The national definition without a table of that name."""
    return re.sub(rf"(?ms)^\[\[?rules\.{block}\]\]?\n.*?(?=^\[|\Z)", "", NATIONAL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rules = 5",
        "rules = [1, 2]",
        "[[rules]]\nfirst_day = 1",
        NATIONAL * 2,
        NATIONAL.replace("first_day", "first_days", 1),
        NATIONAL.replace('refund = ["1"]', "refund = 1"),
        NATIONAL.replace('refund = ["1"]', 'again = ["1"]'),
        NATIONAL.replace('may_be_empty = ["cvlserv_pay"', 'may_be_empty = ["psn_cash_pay"'),
        NATIONAL.replace('may_be_empty = ["cvlserv_pay"', "may_be_empty = [1"),
        without("settings"),
        without("amounts"),
        without("columns"),
        without("identities").replace("[rules.columns]", "identities = 5\n[rules.columns]", 1),
        without("identities").replace("[rules.columns]", "identities = [5]\n[rules.columns]", 1),
    ],
)
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(BadSource):
        read_definition(text)


def test_the_newest_block_that_has_begun_is_in_force():
    later = re.sub(
        r"first_day = \S+", "first_day = 2024-01-01", NATIONAL[NATIONAL.index("[[rules]]") :]
    )
    definition = read_definition(NATIONAL + "\n" + later)
    first = definition.rules[0].first_day
    assert definition.in_force(date(first.year - 1, 12, 31)) is None
    assert definition.in_force(date(2023, 12, 31)) is definition.rules[0]
    assert definition.in_force(date(2024, 1, 1)) is definition.rules[1]


def test_a_text_from_before_it_could_say_which_cells_may_be_empty_reads_them_all_as_zero():
    """So an upgrade stops no delivery; an empty list is strict."""
    before = re.sub(r"(?m)^may_be_empty.*\n", "", NATIONAL)
    (rules,) = read_definition(before).rules
    assert (rules.needed_amounts, rules.says_which_empty) == (frozenset(), False)
    assert [block.says_which_empty for block in in_words(before)] == [False]
    (strict,) = read_definition(before.replace("note =", "may_be_empty = []\nnote =", 1)).rules
    assert (len(strict.needed_amounts), strict.says_which_empty) == (10, True)
