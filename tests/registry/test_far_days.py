"""A day that the calculation refuses is not entered: it would silence everybody's bills it stands with."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone, translation

from assistance.registry.models import Certificate, RecipientSpan
from assistance.registry.operations import certify, end_certificate, recognise
from assistance.shared.errors import Refused
from tests.factories.registry import make_category, make_person

pytestmark = pytest.mark.django_db
FAR = date(9999, 12, 31)
FIRST = date(2026, 1, 1)


@pytest.mark.parametrize("days", [{"first_day": FIRST, "last_day": FAR}, {"first_day": FAR}])
def test_a_day_beyond_the_years_of_the_calculation_is_refused(days):
    person = make_person()
    made = {"actor": None, "at": timezone.now()}
    with translation.override("en"), pytest.raises(Refused, match="after the year 2200"):
        recognise(person, category=make_category("DIBAO"), recognised_by="民政局", **days, **made)
    given = {"kind": Certificate.Kind.MENTAL_DISABILITY, "issued_by": "县残联"}
    with translation.override("en"), pytest.raises(Refused, match="after the year 2200"):
        certify(person, **given, **days, **made)
    assert not RecipientSpan.objects.exists()
    open_one = certify(person, **given, first_day=FIRST, **made)
    with pytest.raises(Refused):
        end_certificate(open_one, last_day=FAR, **made)
    open_one.refresh_from_db()
    assert open_one.last_day is None
