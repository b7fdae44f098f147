from __future__ import annotations

from assistance.trail.operations.sealing import check_and_note, seal

__all__ = ["check_and_note", "seal"]
