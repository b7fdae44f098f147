"""Which bills of a history cannot be answered, so that the others can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistance.calculation.bills.check import check_history
from assistance.calculation.bills.facts import Bill, History
from assistance.calculation.bills.resolve import Resolver
from assistance.calculation.policy.book import Book
from assistance.calculation.results import MissingFact, Refusal, Refused

Fault = Refusal | MissingFact


def unanswerable(history: History, book: Book) -> Mapping[int, Fault]:
    """The bills for which `assist` refuses the history or needs a person, each by its place with its first
    fault; all of them where the fault is not a bill's. Without them `assist` gives the amounts of the others.
    """
    found: dict[int, Fault] = {}
    try:
        check_history(replace(history, bills=()))
    except Refused as refused:
        return dict.fromkeys(range(len(history.bills)), refused.refusals[0])
    resolver = Resolver(history, book)
    for index, bill in enumerate(history.bills):
        if not isinstance(bill, Bill):
            continue
        try:
            check_history(replace(history, bills=(bill,)))
            resolver.resolve(index, bill)
        except Refused as refused:
            found[index] = refused.refusals[0]
        else:
            found.update((index, fact) for fact in resolver.missing[:1])
        resolver.missing.clear()
    return found
