"""One row of a payer's file, or what is wrong with it. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from assistance.settlements.models import Payer
from assistance.settlements.payers.definition import FIELDS, PayerDefinition, fields_of
from assistance.settlements.sources.reading import is_id_number
from assistance.settlements.sources.values import LARGEST_FEN, fen, plain_text
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import Cell, lost_digits, read_day, written

_YEAR = re.compile(r"(\d{4})年?(?:度)?", re.ASCII)
# A payment taken back under its own number is booked with `:back` after it, in 60 places.
LONGEST = {
    "number": 55,
    "bill": 60,
    "invoice": 20,
    "takes_back": 60,
    "institution": 80,
    "batch": 40,
}
# From this month on the premium of the next year is paid, too.
NEXT_YEAR_FROM = 9


class PaidRow(NamedTuple):
    """What a payer says he gave; `amount` in fen, negative where he takes it back."""

    line: int
    number: str
    id_number: str
    name: str
    payer: Payer
    amount: int
    paid_on: date
    year: int | None
    bill: str
    invoice: str
    institution: str
    service_from: date | None
    service_to: date | None
    takes_back: str
    # Of a premium: the batch of the tax office's request, and the part of big-illness insurance in fen.
    batch: str = ""
    big_illness: int = 0

    @property
    def names_a_bill(self) -> bool:
        """Whether it says of which bill; otherwise it is kept at person and year."""
        return bool(self.bill or self.invoice or (self.institution and self.service_from))


class RowProblem(NamedTuple):
    """Why the row on `line` cannot be read: the field, and a sentence on how to mend it."""

    line: int
    field: str
    sentence: str


class _Bad(Exception):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


class PaymentReader:
    """Reads the fields of rows; `payer` is whose file it is, `today` the last day a payment may have."""

    def __init__(self, definition: PayerDefinition, *, payer: Payer, today: date) -> None:
        self.definition, self.payer, self.today = definition, payer, today

    def read(self, line: int, cells: Mapping[str, Cell]) -> PaidRow | RowProblem:
        """The payment in a row, given as field → cell."""
        try:
            return self._read(line, cells)
        except _Bad as bad:
            return RowProblem(line, bad.field, bad.sentence)

    def _read(self, line: int, cells: Mapping[str, Cell]) -> PaidRow:
        texts = {field: plain_text(written(cell)) for field, cell in cells.items()}
        for field in fields_of(self.payer)[1]:
            if not texts.get(field):
                raise _Bad(field, _("It is empty."))
        for field, limit in LONGEST.items():
            if len(texts.get(field, "")) > limit:
                raise _Bad(field, _("It has more than %(limit)d signs.") % {"limit": limit})
        paid_on = self._day(cells, "paid_on")
        assert paid_on is not None, "it is not empty"
        begun, ended = self._day(cells, "service_from"), self._day(cells, "service_to")
        if begun and ended and ended < begun:
            raise _Bad("service_to", _("It is before the admission."))
        amount = _amount(texts["amount"])
        return PaidRow(
            line=line,
            number=texts.get("number", ""),
            id_number=_id_number(cells["id_number"], texts["id_number"]),
            name=texts["name"],
            payer=self._payer(texts.get("payer", ""), paid_on),
            amount=amount,
            paid_on=paid_on,
            year=self._year(texts.get("year", ""), paid_on),
            bill=texts.get("bill", ""),
            invoice=texts.get("invoice", "").upper(),
            institution=texts.get("institution", ""),
            service_from=begun,
            service_to=ended,
            takes_back=texts.get("takes_back", ""),
            batch=texts.get("batch", ""),
            big_illness=_part(texts.get("big_illness", ""), amount),
        )

    def _day(self, cells: Mapping[str, Cell], field: str) -> date | None:
        try:
            found = read_day(cells.get(field))
        except Refused as error:
            raise _Bad(field, str(error)) from None
        if found is not None and found > self.today:
            raise _Bad(field, _("%(day)s is still to come.") % {"day": found.isoformat()})
        return found

    def _payer(self, text: str, paid_on: date) -> Payer:
        rules = self.definition.in_force(paid_on)
        if rules is None:
            raise _Bad("paid_on", _("The payer has no rules for this day."))
        if not text:
            return self.payer
        found = rules.payers.get(text)
        if found is None:
            raise _Bad(
                "payer",
                _("“%(code)s” is not in the payer's table; add it there.") % {"code": text[:30]},
            )
        return found

    def _year(self, text: str, paid_on: date) -> int | None:
        is_premium = self.payer == Payer.TAX
        if not text:
            if is_premium and paid_on.month >= NEXT_YEAR_FROM:
                raise _Bad("year", _("Say of which year: it may be the premium of the next one."))
            return None
        found = _YEAR.fullmatch(text)
        last = paid_on.year + (1 if is_premium else 0)
        if found is None or not 2000 <= int(found[1]) <= last:
            raise _Bad("year", _("“%(text)s” is no year up to the payment.") % {"text": text[:20]})
        return int(found[1])


def _amount(text: str) -> int:
    found = fen(text)
    if found is None or abs(found) > LARGEST_FEN:
        raise _Bad("amount", _("Write it with digits and at most two decimals."))
    if found == 0:
        raise _Bad("amount", _("It is zero."))
    return found


def _part(text: str, amount: int) -> int:
    """What of a premium is for big-illness insurance, with its sign; nothing where it is not told apart."""
    found = fen(text) if text else 0
    if found is None or found * amount < 0 or abs(found) >= abs(amount):
        raise _Bad("big_illness", _("It is no part of the amount."))
    return found


def _id_number(cell: Cell, text: str) -> str:
    if lost_digits(cell):
        raise _Bad(
            "id_number",
            _("It was rounded by a spreadsheet. Save the column as text and send it again."),
        )
    if not is_id_number(text):
        raise _Bad("id_number", _("It is no id number."))
    return text.upper()


def field_label(field: str) -> str:
    return str(FIELDS.get(field, field))
