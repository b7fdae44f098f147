"""What can be wrong with one row of bills, and the sentence that says how to mend it."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.shared.masking import mask_id, mask_numbers_in

FAULTS = {
    "empty": gettext_lazy("%(column)s is empty."),
    "empty_amount": gettext_lazy(
        "%(column)s is empty, and by the source's definition that does not mean 0. Ask the sender for the amount."
    ),
    "amount": gettext_lazy(
        "%(column)s: “%(value)s” is no amount. Write it with digits and at most two decimals."
    ),
    "day": gettext_lazy("%(column)s: “%(value)s” is no day. Write it as 2024-03-05."),
    "future": gettext_lazy("%(column)s: %(value)s is still to come."),
    "order": gettext_lazy("The discharge on %(value)s is before the admission."),
    "no_rules": gettext_lazy("%(column)s: the source has no rules for %(value)s."),
    "code": gettext_lazy(
        "%(column)s: the code “%(value)s” is not in the source's table; add it there."
    ),
    "float_number": gettext_lazy(
        "%(column)s: “%(value)s” has been rounded by a spreadsheet. Save the column as text and send it again."
    ),
    "rounded": gettext_lazy(
        "%(column)s: “%(value)s” has been rounded by a spreadsheet. Save the column as text and send it again."
    ),
    "id_number": gettext_lazy("%(column)s: “%(value)s” is no id number."),
    "sign": gettext_lazy("The total is negative, but the row is not marked as a refund."),
    "positive_refund": gettext_lazy("The row is marked as a refund, but an amount is positive."),
    "negative": gettext_lazy("%(column)s is negative."),
    "zero": gettext_lazy("The total is zero."),
    "in_scope": gettext_lazy("The in-scope cost is more than the total."),
    "payers": gettext_lazy("Insurance and assistance together are more than the total."),
    "insurers": gettext_lazy(
        "Insurance together is more than the in-scope cost. Ask the sender which part was paid for cost out of scope."
    ),
    "too_long": gettext_lazy("%(column)s: “%(value)s” is too long."),
    "short": gettext_lazy("The row has fewer columns than the header: was the file cut off?"),
    "long": gettext_lazy("The row has more columns than the header."),
}
PERSONAL = frozenset({"id_number", "float_number"})


class RowFault(NamedTuple):
    """Why the row on `line` (counted from 1, the header included) cannot be booked."""

    line: int
    code: str
    column: str = ""
    value: str = ""


def _without_numbers(value: str) -> str:
    """In a row whose columns have moved the number of a person may stand anywhere."""
    return mask_numbers_in(value)[:40]


def fault_sentence(fault: RowFault) -> str:
    """The sentence for a person, numbers of people masked."""
    value = mask_id(fault.value) if fault.code in PERSONAL else _without_numbers(fault.value)
    text = str(FAULTS[fault.code]) % {"column": fault.column, "value": value}
    return _("Row %(line)d: %(fault)s") % {"line": fault.line, "fault": text}
