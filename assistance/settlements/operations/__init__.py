from __future__ import annotations

from assistance.settlements.operations.aid import record_aid, void_aid
from assistance.settlements.operations.bills import reverse_bill, type_bill

__all__ = ["record_aid", "reverse_bill", "type_bill", "void_aid"]
