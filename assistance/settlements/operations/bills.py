from __future__ import annotations

import secrets
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.models import PersonYear
from assistance.entitlements.operations import add_cost, lock_record_year
from assistance.payments.operations import question_awards
from assistance.registry.models import Person
from assistance.registry.reasons import given_reason
from assistance.settlements.checks import AMOUNTS, check_bill
from assistance.settlements.models import InvoiceUse, Setting, Settlement
from assistance.settlements.operations.typed import (
    check_claim,
    check_reason,
    keep_reason,
    put_figure,
)
from assistance.settlements.permissions import check_may_reverse_bill, check_may_type_bill
from assistance.shared.errors import Refused
from assistance.shared.money import ZERO

LONGEST_INVOICE = 20


@transaction.atomic
def type_bill(
    person: Person,
    *,
    settled_on: date,
    setting: Setting,
    institution: str,
    total: Decimal,
    in_scope: Decimal,
    basic: Decimal = ZERO,
    supplementary: Decimal = ZERO,
    big_illness: Decimal = ZERO,
    assistance: Decimal = ZERO,
    designated: bool = True,
    invoice_code: str = "",
    invoice_number: str = "",
    service_from: date | None = None,
    service_to: date | None = None,
    reason: str = "",
    token: str = "",
    actor: User | None,
    at: datetime,
) -> Settlement:
    """Book a bill of paper, amounts in yuan. The same `token` (of one form) books it once.

    Where documents assist bills as they come, a bill that a person types has our own figure beside it; another
    assistance than that needs a `reason` and waits among the differences for a second person. Takes the lock of
    the person-year, so that whoever computes that year sees a stable set. Raises NotAllowed, or Refused for what
    specification 0.9 refuses, an invoice that counts already and a claim after its last day (LX20-3.2.3).
    """
    check_may_type_bill(actor, person)
    bill = Settlement(
        person=person,
        source=Settlement.Source.TYPED,
        source_id=f"{person.pk}:{token or secrets.token_hex(12)}",
        settled_on=settled_on,
        setting=Setting(setting),
        institution=institution,
        designated=designated,
        total=total,
        in_scope=in_scope,
        basic=basic,
        supplementary=supplementary,
        big_illness=big_illness,
        assistance=assistance,
        service_from=service_from,
        service_to=service_to,
        entered_by=actor,
        entered_at=at,
    )
    bill.invoice_code, bill.invoice_number = _invoice(invoice_code, invoice_number)
    check_bill(bill, timezone.localdate(at))
    return _book(bill, reason)


@transaction.atomic
def reverse_bill(
    settlement: Settlement, *, reason: str, actor: User | None, at: datetime
) -> Settlement:
    """Book the exact negative twin of a wrong bill and free its invoice; returns the twin.

    Both rows stay and both stop counting. The twin belongs to the original's day and so to its year
    (specification 0.10). An award of the year that the bank has not been given is stopped. Raises
    NotAllowed, or Refused the second time and for a twin.
    """
    reason = given_reason(reason)
    check_may_reverse_bill(actor, settlement)
    account = lock_record_year(settlement.person, settlement.settled_on.year)
    if settlement.reverses_id is not None:
        raise Refused(_("This row is itself a reversal."))
    if Settlement.objects.filter(reverses=settlement).exists():
        raise Refused(_("This bill has already been reversed."))
    InvoiceUse.objects.filter(settlement=settlement).delete()
    question_awards(
        settlement.person,
        settlement.settled_on.year,
        source=f"bill:{settlement.pk}",
        reason=_("A bill of the year was reversed after the award: %(bill)s.")
        % {"bill": settlement},
        actor=actor,
        at=at,
    )
    twin = _twin(settlement, reason, actor=actor, at=at)
    twin.save(force_insert=True)
    _count(account, twin)
    return twin


def _twin(settlement: Settlement, reason: str, *, actor: User | None, at: datetime) -> Settlement:
    """The exact negative of a bill, of the same day and year."""
    return Settlement(
        person=settlement.person,
        source=settlement.source,
        source_id=f"{settlement.source_id}:reversed",
        settled_on=settlement.settled_on,
        service_from=settlement.service_from,
        service_to=settlement.service_to,
        setting=settlement.setting,
        institution=settlement.institution,
        designated=settlement.designated,
        invoice_code=settlement.invoice_code,
        invoice_number=settlement.invoice_number,
        reverses=settlement,
        reversed_because=reason,
        entered_by=actor,
        entered_at=at,
        # From zero: the negative of 0.00 is no -0.00.
        **{name: ZERO - getattr(settlement, name) for name in AMOUNTS},
    )


def _count(account: PersonYear, bill: Settlement) -> None:
    """In the account of the year, what the bill left to the person."""
    paid = bill.insurance + bill.assistance
    add_cost(
        account,
        on=bill.settled_on,
        own_total=bill.total - paid,
        own_in_scope=bill.in_scope - paid,
    )


def _book(bill: Settlement, reason: str) -> Settlement:
    account = lock_record_year(bill.person, bill.settled_on.year)
    earlier = Settlement.objects.filter(source=bill.source, source_id=bill.source_id).first()
    if earlier is not None:
        return _same(earlier, bill)
    if bill.entered_by is None:
        bill.save(force_insert=True)
    else:
        _book_claim(bill, reason, bill.entered_by)
    _count(account, bill)
    if bill.invoice_number:
        # Last, because it waits for whoever is booking the same invoice for somebody else.
        use, is_new = InvoiceUse.objects.select_related("settlement").get_or_create(
            code=bill.invoice_code,
            number=bill.invoice_number,
            defaults={"settlement": bill},
        )
        if not is_new:
            raise Refused(
                _("This invoice already counts, in the bill of %(day)s.")
                % {"day": use.settlement.settled_on.isoformat()}
            )
    return bill


def _book_claim(bill: Settlement, reason: str, actor: User) -> None:
    """With our figure, and with the reason where another amount is granted."""
    check_claim(bill, timezone.localdate(bill.entered_at))
    put_figure(bill)
    check_reason(bill, reason)
    bill.save(force_insert=True)
    keep_reason(bill, reason, actor=actor, at=bill.entered_at)


def _same(earlier: Settlement, bill: Settlement) -> Settlement:
    """The bill that this form has already booked, unless its figures were changed since."""
    compared = ("settled_on", "setting", "institution", *AMOUNTS)
    if any(getattr(earlier, name) != getattr(bill, name) for name in compared):
        raise Refused(_("This form has already been saved. Open a new one for another bill."))
    return earlier


def _invoice(code: str, number: str) -> tuple[str, str]:
    """Both without blanks, ASCII, capitals. Raises Refused for a code alone and for other signs."""
    code, number = (
        "".join(unicodedata.normalize("NFKC", text).split()).upper() for text in (code, number)
    )
    if code and not number:
        raise Refused(_("An invoice code needs its invoice number."))
    for text in (code, number):
        if text and not (text.isascii() and text.replace("-", "").isalnum()):
            raise Refused(_("Invoice code and number consist of digits, letters and hyphens."))
        if len(text) > LONGEST_INVOICE:
            raise Refused(
                _("Invoice code and number have at most %(limit)d places.")
                % {"limit": LONGEST_INVOICE}
            )
    return code, number
