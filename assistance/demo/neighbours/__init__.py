"""Other counties beside the demo county: everything about them came in by lists, bills and payers' files."""

from __future__ import annotations
