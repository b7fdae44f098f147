"""The bill engine: assistance on medical bills, one rule for one person and for many."""

from __future__ import annotations
