from __future__ import annotations

from assistance.cases.queries.bulk import bulk_kinds_for, bulk_runs_visible_to
from assistance.cases.queries.caps import PassedCap, merged_people, passed_caps
from assistance.cases.queries.edits import Draft, changes_since, draft_of
from assistance.cases.queries.enquiries import (
    calls_about,
    calls_of_case,
    find_people,
    reachable_people,
    with_cases,
)
from assistance.cases.queries.estimates import Estimate, Question, estimate, estimate_version
from assistance.cases.queries.evidence import (
    Need,
    evidence_of,
    missing_papers,
    papers_needed,
)
from assistance.cases.queries.handovers import (
    hand_overs_of_cases,
    hand_overs_offered_to,
    hand_overs_visible_to,
    has_moved_away,
    moved_away,
)
from assistance.cases.queries.homes import HomeOn, homes_of_case, moved_between
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
    decided_before,
    notices_visible_to,
    queue_for,
    reviewers_of,
    stops_visible_to,
    under_way,
    waiting_for_money,
)
from assistance.cases.queries.missing import Gap, aid_on_items, missing
from assistance.cases.queries.objections import (
    objection_by_code,
    objection_code,
    objections_visible_to,
    result_for_objector,
)
from assistance.cases.queries.places import county_of
from assistance.cases.queries.progress import Progress, public_progress, written_case_number
from assistance.cases.queries.routes import (
    has_no_open_receipt,
    has_open_receipt,
    insurance_kinds,
    is_employee,
    may_be_employee,
)
from assistance.cases.queries.timing import (
    STAGES,
    overdue,
    returned_too_long,
    stuck,
    township_times,
    with_stages,
    with_waiting,
)
from assistance.cases.queries.waiting_period import WaitingPeriod, waiting_period
from assistance.cases.queries.workload import Load, workload

__all__ = [
    "STAGES",
    "Draft",
    "Estimate",
    "Gap",
    "HomeOn",
    "Load",
    "Need",
    "PassedCap",
    "Progress",
    "Question",
    "WaitingPeriod",
    "aid_on_items",
    "applications_visible_to",
    "bulk_kinds_for",
    "bulk_runs_visible_to",
    "calls_about",
    "calls_of_case",
    "cases_without_letter",
    "changes_since",
    "contents",
    "correction_due",
    "county_of",
    "decided_before",
    "draft_of",
    "estimate",
    "estimate_version",
    "evidence_of",
    "facts_found",
    "find_people",
    "hand_overs_of_cases",
    "hand_overs_offered_to",
    "hand_overs_visible_to",
    "has_moved_away",
    "has_no_open_receipt",
    "has_open_receipt",
    "homes_of_case",
    "insurance_kinds",
    "is_employee",
    "items_to_complete",
    "letter_todo",
    "letters_visible_to",
    "may_be_employee",
    "merged_people",
    "missing",
    "missing_papers",
    "moved_away",
    "moved_between",
    "notices_visible_to",
    "objection_by_code",
    "objection_code",
    "objections_visible_to",
    "overdue",
    "paper_of",
    "papers_needed",
    "passed_caps",
    "public_progress",
    "queue_for",
    "reachable_people",
    "remedies_of",
    "result_for_objector",
    "returned_too_long",
    "reviewers_of",
    "stops_visible_to",
    "stuck",
    "township_times",
    "under_way",
    "waiting_for_money",
    "waiting_period",
    "with_cases",
    "with_stages",
    "with_waiting",
    "workload",
    "written_case_number",
]
