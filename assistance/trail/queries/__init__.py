from __future__ import annotations

from assistance.trail.queries.chain import Checked, Finding, Wrong, chain_head, check_chain
from assistance.trail.queries.health import chain_checks
from assistance.trail.queries.keys import needs_older_key

__all__ = [
    "Checked",
    "Finding",
    "Wrong",
    "chain_checks",
    "chain_head",
    "check_chain",
    "needs_older_key",
]
