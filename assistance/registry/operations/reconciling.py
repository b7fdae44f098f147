"""A full list held against the register, decided row by row and signed by both sides (ZS22-2.1.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistance.accounts.models import User
from assistance.registry.models import Difference, ListImport, ListRow, Reconciliation
from assistance.registry.permissions import check_may_work_on_lists
from assistance.registry.queries.lists import row_change, row_identity, row_problems, rows_of
from assistance.registry.queries.reconciliations import half_of
from assistance.shared.errors import Refused

Kind, Stage = Difference.Kind, ListImport.Stage
# More than that is no reconciliation but a first list.
MOST = 20_000
AT_ONCE = 1000


@transaction.atomic
def open_reconciliation(listing: ListImport, *, actor: User, at: datetime) -> Reconciliation:
    """Keep every difference between a full list that was compared and the register, to be decided.

    They stay as they were compared, whatever becomes of the list. Raises NotAllowed, or Refused for a
    list of changes, one that was not compared, one with too many differences, and the second time.
    """
    check_may_work_on_lists(actor, listing.agency_id)
    rows = ListImport.objects.select_related("source").select_for_update(of=("self",))
    listing = rows.get(pk=listing.pk)
    if listing.source.is_of_insured:
        raise Refused(_("Only recognitions are reconciled, not insurances."))
    if not listing.is_full or listing.stage not in {Stage.PREVIEWED, Stage.APPLIED}:
        raise Refused(_("Only a full list that was compared can be reconciled."))
    if listing.rows.count() > MOST:
        raise Refused(
            _("More than %(rows)d rows differ: this is no reconciliation but a first list.")
            % {"rows": MOST}
        )
    try:
        with transaction.atomic():
            made = Reconciliation.objects.create(
                source=listing.source,
                agency_id=listing.agency_id,
                listing=listing,
                half=half_of(listing.as_of),
                as_of=listing.as_of,
                agreed=listing.counts.get(ListRow.Outcome.UNCHANGED.value, 0),
                opened_by=actor,
                opened_at=at,
            )
    except IntegrityError:
        raise Refused(_("This list is being reconciled already.")) from None
    Difference.objects.bulk_create(_differences(made), batch_size=AT_ONCE)
    return made


def _differences(made: Reconciliation) -> Iterator[Difference]:
    for row in rows_of(made.listing).order_by("line", "id").iterator(chunk_size=AT_ONCE):
        name, number = row_identity(row)
        before, after = row_change(row)
        is_missing = row.line is None
        yield Difference(
            reconciliation=made,
            kind=_kind(row),
            line=row.line,
            person=row.person,
            name=name,
            number=number,
            category=row.category.name if row.category else "",
            ours=before,
            theirs="" if is_missing else after,
            what=" ".join(row_problems(row))[:300],
        )


def _kind(row: ListRow) -> Difference.Kind:
    if row.line is None:
        return Kind.ONLY_HERE
    return Kind.ONLY_THERE if row.outcome == row.Outcome.NEW else Kind.DIFFERS


@transaction.atomic
def decide_differences(
    made: Reconciliation,
    *,
    rows: Sequence[int],
    decision: Difference.Decision,
    note: str,
    actor: User,
    at: datetime,
) -> int:
    """Say who is right about the chosen rows; how many that were. The register is changed by the list.

    Raises NotAllowed, or Refused for none chosen and once it is signed.
    """
    made = _locked(made, actor)
    if not rows:
        raise Refused(_("Tick at least one row."))
    chosen = made.differences.filter(pk__in=rows)
    return chosen.update(decision=decision, note=note.strip(), decided_by=actor, decided_at=at)


@transaction.atomic
def sign_reconciliation(
    made: Reconciliation, *, department_signer: str, actor: User, at: datetime
) -> Reconciliation:
    """Close it for both sides: the reviewer who signs, and who signed for the department on paper.

    Raises NotAllowed, or Refused while a difference is undecided.
    """
    made = _locked(made, actor)
    signer = department_signer.strip()
    if not signer:
        raise Refused(_("Give the name of whoever signed for the department."))
    left = made.differences.filter(decision="").count()
    if left:
        sentence = ngettext(
            "%(rows)d row is not decided yet.", "%(rows)d rows are not decided yet.", left
        )
        raise Refused(sentence % {"rows": left})
    made.signed_by, made.signed_at, made.department_signer = actor, at, signer
    made.save(update_fields=["signed_by", "signed_at", "department_signer"])
    return made


def _locked(made: Reconciliation, actor: User) -> Reconciliation:
    check_may_work_on_lists(actor, made.agency_id)
    made = Reconciliation.objects.select_for_update().get(pk=made.pk)
    if made.signed_at is not None:
        raise Refused(_("This reconciliation has been signed."))
    return made
