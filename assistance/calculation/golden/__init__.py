"""The one adapter between the engine's names and those of the golden files."""

from __future__ import annotations

from assistance.calculation.golden.answer import answer, explained
from assistance.calculation.golden.compare import differences

__all__ = ["answer", "differences", "explained"]
