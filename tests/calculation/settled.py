"""Run histories under the documents, as every test of an invariant does."""

from __future__ import annotations

from collections import defaultdict

from assistance.calculation.bills.facts import History
from assistance.calculation.bills.run import assist
from assistance.calculation.codes import Outcome
from tests.calculation.histories import book, histories

BOOKS = {code: book(code) for code in ("ZS19", "ZS22", "LX20", "WZ19")}
DOCUMENTS = list(BOOKS)
WITHOUT_DEDUCTIBLE = ["ZS19", "ZS22"]


def run(document, history):
    result = assist(history, BOOKS[document])
    assert result.outcome == Outcome.AMOUNT, result.refusals
    return result


def total(document, history):
    return run(document, history).total


def plain(document):
    """A history without opening balances."""
    return histories(document, with_openings=False).map(lambda pair: pair[1])


def totals_by_year(result):
    found = defaultdict(int)
    for bill in result.bills:
        found[bill.year] += bill.granted
    return found


def history_with(*rows):
    return History(bills=rows)
