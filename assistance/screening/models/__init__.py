from __future__ import annotations

from assistance.screening.models.runs import ListDeparture, ListEntry, ListRun, Period, SignedSource

__all__ = ["ListDeparture", "ListEntry", "ListRun", "Period", "SignedSource"]
