from __future__ import annotations

from assistance.settlements.queries.bills import (
    DEDUCTIBLE_GIVERS,
    aid_by_giver,
    aid_history,
    aid_of_year,
    bill_history,
    bill_warnings,
    bills_of_year,
    bills_visible_to,
    deductible_aid_of_year,
    years_with_bills,
)
from assistance.settlements.queries.deliveries import (
    deliveries_visible_to,
    doubt_row,
    doubts_visible_to,
    fates_by_number,
    lines_by_number,
    open_doubts_of_rows,
    ready_doubts,
    rules_of,
    sources_visible_to,
    waiting_counts,
)
from assistance.settlements.queries.differences import Seen, differing_bills, seen_of
from assistance.settlements.queries.figures import (
    floor_values,
    why_no_figure,
    why_no_figures,
)
from assistance.settlements.queries.late import because, late_figures, with_late_figures
from assistance.settlements.queries.typed import why_no_typed_figure
from assistance.settlements.queries.unassisted import (
    entitled_between,
    unassisted,
    unassisted_between,
)

__all__ = [
    "DEDUCTIBLE_GIVERS",
    "Seen",
    "aid_by_giver",
    "aid_history",
    "aid_of_year",
    "because",
    "bill_history",
    "bill_warnings",
    "bills_of_year",
    "bills_visible_to",
    "deductible_aid_of_year",
    "deliveries_visible_to",
    "differing_bills",
    "doubt_row",
    "doubts_visible_to",
    "entitled_between",
    "fates_by_number",
    "floor_values",
    "late_figures",
    "lines_by_number",
    "open_doubts_of_rows",
    "ready_doubts",
    "rules_of",
    "seen_of",
    "sources_visible_to",
    "unassisted",
    "unassisted_between",
    "waiting_counts",
    "why_no_figure",
    "why_no_figures",
    "why_no_typed_figure",
    "with_late_figures",
    "years_with_bills",
]
