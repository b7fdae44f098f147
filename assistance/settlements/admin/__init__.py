"""The console pages of bills: who sends them, and the code tables by which they are looked at."""

from __future__ import annotations

from assistance.settlements.admin import sources, tables

__all__ = ["sources", "tables"]
