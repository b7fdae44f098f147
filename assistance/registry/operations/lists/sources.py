from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, Division, User
from assistance.accounts.queries import townships_of
from assistance.registry.models import ListSource, RecipientCategory
from assistance.registry.permissions import check_may_work_on_lists
from assistance.shared.errors import Refused


@transaction.atomic
def save_source(
    source: ListSource | None,
    *,
    agency: Agency,
    department: str,
    name: str,
    categories: Iterable[RecipientCategory],
    is_full: bool,
    end_meaning: str,
    guard_percent: Decimal,
    due_day: int,
    is_active: bool = True,
    shared_since: date | None = None,
    hukou_in: Division | None = None,
    township: Division | None = None,
    actor: User,
) -> ListSource:
    """Enter a source of lists, or change one. Department and agency of a source stay as they are:
    its recognitions were recorded under them. From `shared_since` on it need not be reconciled.

    The list of the medical insurance office holds no categories; `township` is where the insured belong
    whose row names none. Raises NotAllowed, or Refused without a category, for a township of another
    agency and for a name that is taken.
    """
    check_may_work_on_lists(actor, agency.pk)
    if source is None:
        source = ListSource(agency=agency, department=department)
    chosen = [] if source.is_of_insured else list(categories)
    if not chosen and not source.is_of_insured:
        raise Refused(_("Choose at least one category."))
    source.township = township if source.is_of_insured else None
    if source.township and not townships_of(agency).filter(pk=source.township.pk).exists():
        raise Refused(_("This township belongs to another agency."))
    source.name = name.strip()
    source.is_full, source.end_meaning = is_full, end_meaning
    source.guard_percent, source.due_day, source.is_active = guard_percent, due_day, is_active
    source.shared_since = shared_since
    source.hukou_in = None if source.is_of_insured else hukou_in
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise Refused(_("This department has a list of that name already.")) from None
    source.categories.set(chosen)
    return source
