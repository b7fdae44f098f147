from __future__ import annotations

from assistance.cases.queries.enquiries import (
    calls_about,
    calls_of_case,
    find_people,
    reachable_people,
    with_cases,
)
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
from assistance.cases.queries.progress import Progress, public_progress, written_case_number

__all__ = [
    "Estimate",
    "Gap",
    "Progress",
    "aid_on_items",
    "applications_visible_to",
    "calls_about",
    "calls_of_case",
    "county_of",
    "estimate",
    "find_people",
    "missing",
    "notices_visible_to",
    "public_progress",
    "queue_for",
    "reachable_people",
    "stops_visible_to",
    "under_way",
    "with_cases",
    "written_case_number",
]
