from __future__ import annotations

from assistance.trail.operations.backups import make_backup, restore_backup
from assistance.trail.operations.retention import RULES, apply_retention, write_archive_list
from assistance.trail.operations.rights import grant_rights
from assistance.trail.operations.rotation import rotate_keys
from assistance.trail.operations.sealing import check_and_note, seal
from assistance.trail.operations.unusual import mark_unusual

__all__ = [
    "RULES",
    "apply_retention",
    "check_and_note",
    "grant_rights",
    "make_backup",
    "mark_unusual",
    "restore_backup",
    "rotate_keys",
    "seal",
    "write_archive_list",
]
