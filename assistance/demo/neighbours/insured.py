"""Who is insured in a neighbouring county, as its medical insurance office sends it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from assistance.accounts.models import Agency, User
from assistance.accounts.queries import townships_of
from assistance.demo.neighbours.files import insured_file
from assistance.demo.neighbours.people import Population
from assistance.demo.neighbours.worker import work
from assistance.registry.models import Department, ListSource
from assistance.registry.operations.lists import apply_list, save_source, upload_list
from assistance.registry.tasks import EXECUTORS


def take_insured(population: Population, agency: Agency, reviewer: User, at: datetime) -> None:
    """Take in and apply the full list; who stands on no other list is registered by it."""
    first, month = population.months[0], population.months[-1]
    source = save_source(
        None,
        agency=agency,
        department=Department.INSURANCE,
        name="基本医疗保险参保名册",
        categories=(),
        is_full=True,
        end_meaning=ListSource.EndMeaning.LAST_INSIDE,
        guard_percent=Decimal(5),
        due_day=10,
        actor=reviewer,
    )
    counties = {
        place.name: place.parent.code if place.parent else place.code
        for place in townships_of(agency).select_related("parent")
    }
    listing = upload_list(
        source,
        content=insured_file(population, first, counties),
        filename=f"参保名册{month:%Y%m}.csv",
        as_of=month,
        is_full=True,
        actor=reviewer,
        at=at,
    )
    work(EXECUTORS, at)
    apply_list(listing, actor=reviewer, at=at)
    work(EXECUTORS, at)
