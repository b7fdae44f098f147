"""By whose documents a typed bill has a figure of ours, and until when it may be claimed."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.queries import calendar_exceptions
from assistance.calculation import Calendar, DeadlineFacts, Pack, deadline
from assistance.policies.queries import books_of, settling_days
from assistance.registry.models import Person
from assistance.settlements.models import BillSource, Settlement
from assistance.settlements.queries.figures import why_no_figure


class LastDay(NamedTuple):
    day: date
    clause: str


def place_of(person: Person) -> BillSource | None:
    """The source of the person's agency whose documents assist bills as they come; None where there is none,
    or where two of its sources name different places."""
    sources = BillSource.objects.filter(agency=person.agency_id).exclude(city="").order_by("id")
    found = [source for source in sources if settling_days(source.city)]
    return found[0] if len({source.city for source in found}) == 1 else None


def last_day_to_claim(bill: Settlement) -> LastDay | None:
    """Until when a bill paid in cash may be claimed, by the county's calendar; None where no document says."""
    source = place_of(bill.person)
    if source is None:
        return None
    pack = books_of(source.city).of(bill.person.agency_id).in_force("assist", bill.settled_on)
    if pack is None or not _counts_from_the_invoice(pack):
        return None
    year = bill.settled_on.year + 1
    rest, work = calendar_exceptions(date(year, 1, 1), date(year, 12, 31))
    facts = DeadlineFacts(
        received_on=None,
        invoice_date=bill.settled_on,
        calendar=Calendar(rest_days=frozenset(rest), work_days=frozenset(work)),
    )
    month = pack.get("deadline.month", on=bill.settled_on)
    answer = deadline(facts, pack)
    return LastDay(answer.deadline, month.clause) if answer.deadline is not None else None


def _counts_from_the_invoice(pack: Pack) -> bool:
    if pack.start_of("deadline") is None:
        return False
    basis = pack.find("deadline.basis", on=date.max)
    return basis is not None and basis.name == "invoice_date"


def why_no_typed_figure(bill: Settlement) -> str:
    """Why a typed bill has no figure of ours, as a sentence; empty where it has one."""
    if bill.own_figure is not None:
        return ""
    source = place_of(bill.person)
    if source is None:
        return _(
            "Not computed: no source of the agency names documents that assist a bill as it comes."
        )
    last = last_day_to_claim(bill)
    if last is not None and localdate(bill.entered_at) > last.day:
        return _("Not computed: the last day to claim it was %(day)s (%(clause)s).") % {
            "day": last.day.isoformat(),
            "clause": last.clause,
        }
    return _("Not computed: %(why)s") % {"why": why_no_figure(bill, source)}
