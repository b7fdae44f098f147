"""Who is recognised by another agency than the one that looks after him, where recognition decides (ZS22 二(一)2)."""

from __future__ import annotations

from datetime import date

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from assistance.accounts.models import Agency
from assistance.policies.queries import pack_of
from assistance.registry.models import Person, RecipientSpan
from assistance.registry.queries import in_force
from assistance.registry.queries.duties import ROOT
from assistance.screening.models import ListOffice
from assistance.screening.queries.documents import released


def managed_by_recognition(on: date) -> list[Agency]:
    """The agencies whose document in force on `on` goes by the area of recognition, not by hukou or insurance."""
    known, found = released(), []
    for office in ListOffice.objects.select_related("agency").order_by("id"):
        version = known.of(office, on)
        start = pack_of(version).start_of("jurisdiction") if version is not None else None
        if start is not None and start.first_day <= on:
            found.append(office.agency)
    return found


def recognised_elsewhere(people: QuerySet[Person], on: date) -> QuerySet[RecipientSpan]:
    """The recognitions of `people` on `on` from the list of an agency other than their own, both managed by recognition.

    They are moved by an entry of kind `Residence.Kind.AREA`, after which they stand here no more.
    """
    agencies = managed_by_recognition(on)
    # Of merged records the one that answers says who looks after him.
    home = Coalesce("person__merged_into__agency", "person__agency")
    spans = in_force(RecipientSpan.objects.all(), on).annotate(root=ROOT, home=home)
    rows = spans.filter(
        root__in=people.order_by().values("pk"),
        home__in=[agency.pk for agency in agencies],
        person__died_on__isnull=True,
        source__agency__in=agencies,
    ).exclude(home=F("source__agency"))
    return rows.select_related(
        "category",
        "person__agency",
        "person__township",
        "person__merged_into__agency",
        "person__merged_into__township",
        "source__agency",
    )
