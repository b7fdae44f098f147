from __future__ import annotations

from assistance.settlements.operations.payers.doubts import (
    book_waiting_payments,
    keep_at_year,
    mend_payment,
    set_payment_aside,
    set_strangers_aside,
)
from assistance.settlements.operations.payers.receiving import book, close_given_up, receive
from assistance.settlements.operations.payers.rereading import reread_bad_rows
from assistance.settlements.operations.payers.sources import release_payer, save_payer
from assistance.settlements.operations.payers.undoing import undo_payer_file
from assistance.settlements.operations.payers.uploads import (
    book_payer_file,
    discard_payer_file,
    purge_payer_files,
    upload_payer_file,
)

__all__ = [
    "book",
    "book_payer_file",
    "book_waiting_payments",
    "close_given_up",
    "discard_payer_file",
    "keep_at_year",
    "mend_payment",
    "purge_payer_files",
    "receive",
    "release_payer",
    "reread_bad_rows",
    "save_payer",
    "set_payment_aside",
    "set_strangers_aside",
    "undo_payer_file",
    "upload_payer_file",
]
