from __future__ import annotations

from assistance.settlements.operations.aid import enter_aid, record_aid, strike_aid, void_aid
from assistance.settlements.operations.bills import reverse_bill, type_bill
from assistance.settlements.operations.deliveries import (
    carry_in,
    close_given_up,
    import_bills,
    import_file,
    purge_deliveries,
    receive_bills,
    table_of,
)
from assistance.settlements.operations.differences import (
    confirm_difference,
    judge_difference,
    return_difference,
)
from assistance.settlements.operations.doubts import (
    book_all_waiting,
    book_waiting,
    mend_doubt,
    set_aside,
)
from assistance.settlements.operations.sources import draft_source, release_source

__all__ = [
    "book_all_waiting",
    "book_waiting",
    "carry_in",
    "close_given_up",
    "confirm_difference",
    "draft_source",
    "enter_aid",
    "import_bills",
    "import_file",
    "judge_difference",
    "mend_doubt",
    "purge_deliveries",
    "receive_bills",
    "record_aid",
    "release_source",
    "return_difference",
    "reverse_bill",
    "set_aside",
    "strike_aid",
    "table_of",
    "type_bill",
    "void_aid",
]
