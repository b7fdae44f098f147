from __future__ import annotations

from assistance.settlements.operations.payers.doubts import (
    book_waiting_payments,
    keep_at_year,
    mend_payment,
    set_payment_aside,
)
from assistance.settlements.operations.payers.receiving import close_given_up, receive
from assistance.settlements.operations.payers.sources import release_payer, save_payer
from assistance.settlements.operations.payers.uploads import purge_payer_files, upload_payer_file

__all__ = [
    "book_waiting_payments",
    "close_given_up",
    "keep_at_year",
    "mend_payment",
    "purge_payer_files",
    "receive",
    "release_payer",
    "save_payer",
    "set_payment_aside",
    "upload_payer_file",
]
