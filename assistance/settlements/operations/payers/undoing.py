"""Taking a payer's file back whole, while nothing is built on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.operations import lock_years
from assistance.payments.models import Award, AwardStop
from assistance.payments.operations import lift_stops
from assistance.registry.reasons import given_reason
from assistance.settlements.models import LaterPayment, PayerFile
from assistance.settlements.operations.payers.booking import lower_costs
from assistance.settlements.operations.payers.placing import VOID, Payment, as_row
from assistance.settlements.operations.payers.premiums import undo_premiums
from assistance.settlements.operations.payers.settling import one_at_a_time
from assistance.settlements.operations.payers.uploads import locked
from assistance.shared.errors import Refused
from assistance.shared.money import to_fen

Stage = PayerFile.Stage
AT_ONCE = 2_000
# Of how many people money of the year was granted or taken back after the payments were booked.
_DECIDED_SINCE = """
SELECT count(DISTINCT l.person_id)
  FROM settlements_laterpayment l
  JOIN registry_person p ON p.id = l.person_id
  JOIN registry_person q ON coalesce(q.merged_into_id, q.id) = coalesce(p.merged_into_id, p.id)
  JOIN entitlements_personyear y ON y.person_id = q.id AND y.year = l.benefit_year
  JOIN entitlements_entry e ON e.account_id = y.id AND e.at >= l.booked_at
 WHERE l.file_id = %(file)s
"""


@transaction.atomic
def undo_payer_file(file: PayerFile, *, reason: str, actor: User, at: datetime) -> PayerFile:
    """Take every payment of the file back by its exact negative and leave their numbers free, so that
    the mended file can be booked: every account is what it would be had the file never come.

    Raises NotAllowed, or Refused once anything is built on it: a later file of the payer, a payment taken
    back, money decided on for one of its people, a stop that was lifted; and for a file that itself takes
    back what an earlier one gave.
    """
    reason = given_reason(reason)
    file = locked(file, actor)
    if file.stage != Stage.APPLIED or file.applied_at is None:
        raise Refused(_("Only a file that was booked can be undone."))
    # Before the turn: whoever books a waiting row has locked that, too, when he asks for his.
    list(file.doubts.select_for_update().order_by("id").values_list("pk"))
    one_at_a_time()
    _refuse_later_files(file)
    if file.source.sends_premiums:
        undo_premiums(file, reason=reason, actor=actor, at=at)
    else:
        _undo_payments(file, reason=reason, actor=actor, at=at)
    file.doubts.filter(settled_at__isnull=True).update(
        settled_at=at, settled_by=actor, outcome=_("The file was undone")
    )
    file.stage = Stage.UNDONE
    file.closed_by, file.closed_at, file.closed_because = actor, at, reason
    file.save(update_fields=["stage", "closed_by", "closed_at", "closed_because"])
    return file


def _undo_payments(file: PayerFile, *, reason: str, actor: User, at: datetime) -> None:
    payments = list(file.payments.select_related("person").order_by("id"))
    lock_years({(_root(payment), payment.benefit_year) for payment in payments})
    _refuse_what_is_built_on(file)
    backs = {payment.takes_back_id for payment in payments}
    opposite = [
        _opposite(payment) for payment in payments if payment.amount > 0 and payment.pk not in backs
    ]
    lower_costs(opposite)
    rows = [as_row(o, source=file.source, file_id=file.pk, booked_at=at) for o in opposite]
    LaterPayment.objects.bulk_create(rows, batch_size=AT_ONCE)
    _lift_its_stops(file, reason, actor, at)


def _root(payment: LaterPayment) -> int:
    return payment.person.merged_into_id or payment.person_id


def _opposite(payment: LaterPayment) -> Payment:
    in_scope = payment.amount if payment.in_scope_part is None else payment.in_scope_part
    return Payment(
        id=None,
        number=payment.source_id + VOID,
        root=_root(payment),
        person=payment.person_id,
        payer=payment.payer,
        amount=-to_fen(payment.amount),
        in_scope=-to_fen(in_scope),
        bill=payment.settlement_id,
        year=payment.benefit_year,
        paid_on=payment.paid_on,
        takes_back=payment.pk,
        attempt=payment.attempt,
    )


def _refuse_later_files(file: PayerFile) -> None:
    """Its rows may be known there because they came here."""
    later = PayerFile.objects.filter(
        source=file.source, stage=Stage.APPLIED, applied_at__gt=file.applied_at
    ).first()
    if later is not None and later.applied_at is not None:
        raise Refused(
            _("A later file of this payer was booked on %(day)s: undo that one first.")
            % {"day": timezone.localtime(later.applied_at).date()}
        )


def _refuse_what_is_built_on(file: PayerFile) -> None:
    if LaterPayment.objects.filter(takes_back__file=file).exclude(file=file).exists():
        raise Refused(_("One of its payments was taken back since: it cannot be undone."))
    if file.payments.filter(takes_back__isnull=False).exclude(takes_back__file=file).exists():
        raise Refused(
            _("It takes back payments of an earlier file: ask the payer to report those again.")
        )
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED_SINCE, {"file": file.pk})
        people = cursor.fetchone()[0]
    if people:
        raise Refused(
            _("Money was decided on since for %(people)d of its people: it cannot be undone.")
            % {"people": people}
        )
    if _stops(file).filter(lifted_at__isnull=False).exists():
        raise Refused(_("An award that it stopped was decided on since: it cannot be undone."))


def _stops(file: PayerFile) -> QuerySet[AwardStop]:
    return AwardStop.objects.filter(source__startswith=f"payer:{file.pk}:")


def _lift_its_stops(file: PayerFile, reason: str, actor: User, at: datetime) -> None:
    because = _("The payer's file was undone: %(reason)s") % {"reason": reason}
    stops: Sequence[tuple[int, str]] = list(_stops(file).values_list("award", "source"))
    awards = Award.objects.in_bulk([award for award, _source in stops])
    for award, source in sorted(stops):
        lift_stops(awards[award], source=source, reason=because, actor=actor, at=at)
