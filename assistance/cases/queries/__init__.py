from __future__ import annotations

from assistance.cases.queries.enquiries import (
    calls_about,
    calls_of_case,
    find_people,
    reachable_people,
    with_cases,
)
from assistance.cases.queries.estimates import Estimate, estimate, estimate_version
from assistance.cases.queries.letters import (
    cases_without_letter,
    contents,
    correction_due,
    facts_found,
    items_to_complete,
    letter_todo,
    letters_visible_to,
    paper_of,
    remedies_of,
)
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
    "cases_without_letter",
    "contents",
    "correction_due",
    "county_of",
    "estimate",
    "estimate_version",
    "facts_found",
    "find_people",
    "items_to_complete",
    "letter_todo",
    "letters_visible_to",
    "missing",
    "notices_visible_to",
    "paper_of",
    "public_progress",
    "queue_for",
    "reachable_people",
    "remedies_of",
    "stops_visible_to",
    "under_way",
    "with_cases",
    "written_case_number",
]
