from __future__ import annotations

from assistance.registry.operations.lists.applying import apply_list, carry_out
from assistance.registry.operations.lists.previewing import preview
from assistance.registry.operations.lists.purging import purge_lists
from assistance.registry.operations.lists.sources import save_source
from assistance.registry.operations.lists.steps import (
    choose_columns,
    compare_again,
    confirm_ends,
    discard_list,
    skip_rows,
    upload_list,
)
from assistance.registry.operations.lists.undoing import undo_list

__all__ = [
    "apply_list",
    "carry_out",
    "choose_columns",
    "compare_again",
    "confirm_ends",
    "discard_list",
    "preview",
    "purge_lists",
    "save_source",
    "skip_rows",
    "undo_list",
    "upload_list",
]
