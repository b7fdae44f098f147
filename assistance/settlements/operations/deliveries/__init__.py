"""Bills by the file: staged, sifted and booked set by set, in one transaction with the accounts."""

from __future__ import annotations

from assistance.settlements.operations.deliveries.deliver import Rows, import_bills
from assistance.settlements.operations.deliveries.receive import (
    carry_in,
    close_given_up,
    import_file,
    purge_deliveries,
    receive_bills,
    table_of,
)

__all__ = [
    "Rows",
    "carry_in",
    "close_given_up",
    "import_bills",
    "import_file",
    "purge_deliveries",
    "receive_bills",
    "table_of",
]
