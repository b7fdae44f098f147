"""Plain rules on dates and codes."""

from __future__ import annotations
