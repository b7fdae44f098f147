from __future__ import annotations

from assistance.settlements.operations.aid import record_aid, void_aid
from assistance.settlements.operations.bills import reverse_bill, type_bill
from assistance.settlements.operations.deliveries import import_bills
from assistance.settlements.operations.doubts import book_waiting, mend_doubt, set_aside
from assistance.settlements.operations.sources import release_source

__all__ = [
    "book_waiting",
    "import_bills",
    "mend_doubt",
    "record_aid",
    "release_source",
    "reverse_bill",
    "set_aside",
    "type_bill",
    "void_aid",
]
