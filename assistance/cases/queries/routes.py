"""Which road an application takes to the county: by the township or by the employer."""

from __future__ import annotations

from datetime import date

from assistance.cases.models import Application, EarlierReceipt
from assistance.cases.queries.places import county_of
from assistance.registry.models import Enrolment
from assistance.registry.queries import held_by, in_force


def insurance_kinds(application: Application) -> set[str]:
    """Kinds of basic insurance the register shows in the county in the year of the cost."""
    year = application.benefit_year
    here = Enrolment.objects.filter(county=county_of(application.township))
    rows = held_by(here, application.person)
    held = in_force(rows, date(year, 1, 1), date(year, 12, 31))
    return set(held.values_list("kind", flat=True))


def is_employee(application: Application) -> bool:
    """Whether the employer does the first review (JN21 二(三)2(1))."""
    return Enrolment.Kind.EMPLOYEE in insurance_kinds(application)


def may_be_employee(application: Application) -> bool:
    """Whether the employer's road is open: the register shows employee insurance, or none at all."""
    kinds = insurance_kinds(application)
    return not kinds or Enrolment.Kind.EMPLOYEE in kinds


def has_open_receipt(application: Application) -> bool:
    """Whether an earlier day of receipt waits for its second person."""
    return application.earlier_receipts.filter(outcome=EarlierReceipt.Outcome.OPEN).exists()


def has_no_open_receipt(application: Application) -> bool:
    return not has_open_receipt(application)
