"""The rule of a bill, written once over a handful of primitives.

`Ints` binds it to Python ints for one person; `Columns` to int64 columns for many. Amounts
are fen, ratios per ten thousand. Nothing here knows a document: a bill arrives with its
terms, the account with what the year has seen so far.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from assistance.calculation.money import RATE_ONE

# Stands for "no limit": larger than any year can pay, small enough never to overflow.
NO_CAP = 1 << 60

# An amount is an int or an int64 column: the rule does not care which.
Amount = Any


class Binding(Protocol):
    """The primitives of the rule besides + - * // and comparison."""

    def least(self, one: Amount, other: Amount) -> Amount: ...
    def most(self, one: Amount, other: Amount) -> Amount: ...
    def either(self, condition: Amount, one: Amount, other: Amount) -> Amount: ...


class Ints:
    """Python ints: one person, and the long tail of many."""

    least = staticmethod(min)
    most = staticmethod(max)

    @staticmethod
    def either(condition: Amount, one: Amount, other: Amount) -> Amount:
        return one if condition else other


class Columns:
    """int64 columns: the same bill number of many people at once."""

    least = staticmethod(np.minimum)
    most = staticmethod(np.maximum)
    either = staticmethod(np.where)


class Terms(NamedTuple):
    """What a document grants to one bill under one identity."""

    rate: Amount
    deductible: Amount
    cumulates: Amount  # 1: the deductible is of the year, 0: of the single bill
    cap_own: Amount  # limit of the bill's own bucket
    cap_total: Amount  # limit of both buckets together
    counts: Amount  # 1: what is granted fills the limits
    # Further tiers of the burden (AMB-53): where each begins, what it adds to the ratio.
    beyond_2: Amount = NO_CAP
    more_2: Amount = 0
    beyond_3: Amount = NO_CAP
    more_3: Amount = 0
    beyond_4: Amount = NO_CAP
    more_4: Amount = 0


# The terms of a bill that no document assists: every step is 0.
NOTHING = Terms(rate=0, deductible=NO_CAP, cumulates=0, cap_own=0, cap_total=0, counts=0)


class Account(NamedTuple):
    """What the year has seen before a bill: assistance by bucket, burden already counted."""

    inpatient: Amount
    outpatient: Amount
    base: Amount


class Steps(NamedTuple):
    """The steps of one bill; they are its explanation."""

    option: Amount  # which identity was the best, counted from 0
    over_deductible: Amount
    entitled: Amount
    room: Amount  # what the limits leave before the bill
    granted: Amount
    after: Account


def burden_of(in_scope: Amount, *payers: Amount) -> Amount:
    """What is left to the person of the in-scope cost before assistance (0.4)."""
    # A column of its own: what follows happens in place, a fresh one costs more than the sum.
    burden = in_scope + 0
    for paid in payers:
        burden -= paid
    return burden


def above(bind: Binding, burden: Amount, base: Amount, limit: Amount, cumulates: Amount) -> Amount:
    """The part of the burden above a limit, the year cumulated (0.8)."""
    counted = base * cumulates
    return bind.most(0, counted + burden - bind.most(limit, counted))


def share(bind: Binding, burden: Amount, base: Amount, over: Amount, terms: Terms) -> Amount:
    """The ratio of it, each tier by its own (AMB-53), once half up to the fen (AMB-01)."""
    weighed = over * terms.rate
    for beyond, more in _tiers(terms):
        limit = bind.most(terms.deductible, beyond)
        weighed += above(bind, burden, base, limit, terms.cumulates) * more
    weighed += RATE_ONE // 2
    weighed //= RATE_ONE
    return weighed


def _tiers(terms: Terms) -> tuple[tuple[Amount, Amount], ...]:
    """The further tiers; where none is known to be, nothing has to be computed."""
    if isinstance(terms.more_2, int) and terms.more_2 == 0 and _is_nothing(terms.beyond_2):
        return ()
    return (
        (terms.beyond_2, terms.more_2),
        (terms.beyond_3, terms.more_3),
        (terms.beyond_4, terms.more_4),
    )


def _is_nothing(beyond: Amount) -> bool:
    return isinstance(beyond, int) and beyond >= NO_CAP


def entitle(bind: Binding, burden: Amount, base: Amount, terms: Terms) -> tuple[Amount, Amount]:
    """What lies above the deductible, and the share of it."""
    over = above(bind, burden, base, terms.deductible, terms.cumulates)
    return over, share(bind, burden, base, over, terms)


def grant(
    bind: Binding, entitled: Amount, own: Amount, other: Amount, terms: Terms
) -> tuple[Amount, Amount]:
    """The room the limits leave, and what is granted of the share (0.7)."""
    room = bind.most(bind.least(terms.cap_own, terms.cap_total - other) - own, 0)
    return room, bind.least(entitled, room)


def step(
    bind: Binding,
    burden: Amount,
    options: tuple[Terms, ...],
    outpatient: Amount,
    fills: Amount,
    account: Account,
) -> Steps:
    """One bill: the best identity before the cap (B-31), the cap, the account after it.

    `outpatient` (0 or 1) names the bucket, `fills` (0 or 1) whether the burden counts
    toward the deductible. Nothing is stacked: one identity, one deductible base.
    """
    terms = options[0]
    over, entitled = entitle(bind, burden, account.base, terms)
    chosen = burden * 0
    for number, more in enumerate(options[1:], start=1):
        over_more, entitled_more = entitle(bind, burden, account.base, more)
        better = entitled_more > entitled
        terms = Terms(*(bind.either(better, m, t) for m, t in zip(more, terms, strict=True)))
        over = bind.either(better, over_more, over)
        entitled = bind.either(better, entitled_more, entitled)
        chosen = bind.either(better, number, chosen)
    own = bind.either(outpatient, account.outpatient, account.inpatient)
    other = bind.either(outpatient, account.inpatient, account.outpatient)
    room, granted = grant(bind, entitled, own, other, terms)
    counted = granted * terms.counts
    after = Account(
        account.inpatient + counted * (1 - outpatient),
        account.outpatient + counted * outpatient,
        account.base + burden * fills,
    )
    return Steps(chosen, over, entitled, room, granted, after)
