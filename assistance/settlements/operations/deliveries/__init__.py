"""Bills by the file: staged, sifted and booked set by set, in one transaction with the accounts."""

from __future__ import annotations

from assistance.settlements.operations.deliveries.deliver import Rows, import_bills

__all__ = ["Rows", "import_bills"]
