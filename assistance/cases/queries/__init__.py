from __future__ import annotations

from assistance.cases.queries.estimates import Estimate, estimate
from assistance.cases.queries.lists import (
    applications_visible_to,
    notices_visible_to,
    queue_for,
    stops_visible_to,
    under_way,
)
from assistance.cases.queries.missing import Gap, aid_on_items, missing
from assistance.cases.queries.places import county_of

__all__ = [
    "Estimate",
    "Gap",
    "aid_on_items",
    "applications_visible_to",
    "county_of",
    "estimate",
    "missing",
    "notices_visible_to",
    "queue_for",
    "stops_visible_to",
    "under_way",
]
