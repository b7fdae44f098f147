"""Identity numbers by the hundred thousand: which of them need no second look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from assistance.shared.identity_numbers import OLDEST_YEAR

PLACES = 18
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK_DIGITS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_MONTHS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def plainly_valid(numbers: Sequence[str], *, on: date) -> list[bool]:
    """Which are written as 18 places and valid as `identity_numbers.parse` has it.

    False says nothing: an old, full-width or wrong number is for `parse`, which names the fault.
    """
    shaped = [len(number) == PLACES and number.isascii() for number in numbers]
    chosen = "".join(number for number, is_shaped in zip(numbers, shaped, strict=True) if is_shaped)
    if not chosen:
        return shaped
    signs = np.frombuffer(chosen.encode(), dtype=np.uint8).reshape(-1, PLACES)
    good = iter(_valid(signs, on).tolist())
    return [is_shaped and next(good) for is_shaped in shaped]


def _valid(signs: npt.NDArray[np.uint8], on: date) -> npt.NDArray[np.bool_]:
    digits = signs[:, :17].astype(np.int64) - ord("0")
    are_digits = np.all((digits >= 0) & (digits <= 9), axis=1)
    digits = np.where(are_digits.reshape(-1, 1), digits, 0)
    check: npt.NDArray[Any] = _CHECK_DIGITS[(digits @ _WEIGHTS) % 11]
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1])
    month = digits[:, 10:12] @ np.array([10, 1])
    day = digits[:, 12:14] @ np.array([10, 1])
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = _MONTHS[np.where(month <= 12, month, 0)] + (is_leap & (month == 2))
    in_calendar = (month >= 1) & (month <= 12) & (day >= 1) & (day <= longest)
    born = year * 10_000 + month * 100 + day
    in_time = (year >= OLDEST_YEAR) & (born <= on.year * 10_000 + on.month * 100 + on.day)
    result: npt.NDArray[np.bool_] = are_digits & (check == signs[:, 17]) & in_calendar & in_time
    return result
