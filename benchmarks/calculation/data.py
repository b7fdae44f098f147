"""Bills with a tail: 1 % of people with over 100 bills, one with 5,000, caps that bind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Data:
    """Columns in fen, one row a bill; people contiguous, each in booking order."""

    starts: Ints
    in_scope: Ints
    basic: Ints
    supplementary: Ints
    rare_fund: Ints
    big: Ints
    setting: NDArray[np.int8]
    category: NDArray[np.int8]
    psychiatric: NDArray[np.int8]

    @property
    def rows(self) -> int:
        return len(self.in_scope)

    @property
    def people(self) -> Ints:
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


def make(rows: int, seed: int = 20230101) -> Data:
    random = np.random.default_rng(seed)
    sizes = _sizes(rows, random)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    in_scope = np.where(
        random.random(rows) < 0.15,
        random.integers(10_000_00, 90_000_00, rows),
        random.integers(20_00, 2_000_00, rows),
    )
    basic = (in_scope * random.random(rows) * 0.6).astype(np.int64)
    big = ((in_scope - basic) * random.random(rows) * 0.3).astype(np.int64)
    nothing = np.zeros(rows, dtype=np.int64)
    category = np.repeat(random.choice([0, 1, 2, 8], len(sizes)), sizes)
    return Data(
        starts=starts,
        in_scope=in_scope,
        basic=basic,
        supplementary=nothing,
        rare_fund=nothing.copy(),
        big=big,
        setting=random.integers(0, 5, rows, dtype=np.int8),
        category=category.astype(np.int8),
        psychiatric=(random.random(rows) < 0.03).astype(np.int8),
    )


def _sizes(rows: int, random: np.random.Generator) -> Ints:
    """How many bills each person has; they add up to the rows."""
    people = rows // 8
    sizes = random.integers(1, 17, people)
    many = random.choice(people, max(1, people // 100), replace=False)
    sizes[many] = random.integers(101, 140, len(many))
    sizes[many[0]] = 5_000
    total = np.cumsum(sizes)
    kept = int(np.searchsorted(total, rows))
    sizes = sizes[: kept + 1]
    sizes[-1] -= int(total[kept]) - rows
    if kept + 1 == people and sizes.sum() < rows:
        raise ValueError("too few people for the rows")
    return sizes
