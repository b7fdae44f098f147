"""Loading the demo county: two parts, each one transaction that ends by noting that it is there.

Killed at any point the database holds whole parts only, and the next load goes on with the first that is
missing. Of two loads at once the second waits and finds the work done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Division
from assistance.accounts.queries import work_calendar
from assistance.cases.models import Application
from assistance.demo.cast import Cast
from assistance.demo.crowd import Crowd, Land
from assistance.demo.days import Days
from assistance.demo.models import DemoCounty
from assistance.demo.people import Register
from assistance.demo.phoning import phone
from assistance.demo.plans import plans
from assistance.demo.staff import CITY, COUNTY, Staff, hire
from assistance.demo.stories import enact
from assistance.payments.models import Award
from assistance.policies.operations import release_templates
from assistance.registry.models import Person
from assistance.settlements.models import Settlement
from assistance.settlements.recount import write_first_accounts
from assistance.shared.errors import Refused

PEOPLE = 3000
# A county of fewer people has one case of each kind.
SMALL = 100
Say = Callable[[str], object]


def refuse_outside_the_demo() -> None:
    """Raises Refused in production, where invented people and published passwords have no place."""
    if not settings.DEMO:
        raise Refused(_("This is not a demo: set DEMO=1 to load or list the demo county."))


def load(*, at: datetime, people: int = PEOPLE, say: Say) -> DemoCounty:
    """Load what is missing of the demo county, as of the day of `at`, and tell the progress by `say`.

    Raises Refused outside the demo.
    """
    refuse_outside_the_demo()
    with translation.override("zh-hans"):
        call_command("load_organisation", stdout=StringIO())
        begun = {"day": localdate(at), "people": people}
        county, is_new = DemoCounty.objects.get_or_create(code=COUNTY, defaults=begun)
        if not is_new and county.cases_at is None:
            say(
                _("An earlier load was broken off: going on with it, as of %(day)s.")
                % {"day": county.day}
            )
        for part in (_load_people, _load_cases):
            part(county.pk, at=at, say=say)
        return DemoCounty.objects.get(pk=county.pk)


@transaction.atomic
def _load_people(pk: int, *, at: datetime, say: Say) -> None:
    county = DemoCounty.objects.select_for_update().get(pk=pk)
    if county.people_at is not None:
        return
    days = Days(county.day, work_calendar())
    release_templates(at=days.opening)
    staff = hire(at=days.opening)
    say(_("Accounts: %(count)d") % {"count": len(staff.people)})
    cast = _cast(county, staff, days)
    profiles = cast.profiles()
    rest = max(county.people - len(profiles), 0)
    Register(staff, days).write([*profiles, *cast.crowd.people(rest)])
    write_first_accounts()
    county.people_at = at
    county.save(update_fields=["people_at"])
    counts = {"people": Person.objects.count(), "bills": Settlement.objects.count()}
    say(_("People: %(people)d, bills: %(bills)d") % counts)


@transaction.atomic
def _load_cases(pk: int, *, at: datetime, say: Say) -> None:
    county = DemoCounty.objects.select_for_update().get(pk=pk)
    if county.cases_at is not None:
        return
    days = Days(county.day, work_calendar())
    staff = hire(at=days.opening)
    enact(_cast(county, staff, days).stories, staff, days, say)
    phone(staff, days)
    county.cases_at = at
    county.save(update_fields=["cases_at"])
    counts = {"cases": Application.objects.count(), "awards": Award.objects.count()}
    say(_("Applications: %(cases)d, awards: %(awards)d") % counts)


def _cast(county: DemoCounty, staff: Staff, days: Days) -> Cast:
    """The same people and stories each time: what one part wrote the next finds."""
    outside = Division.objects.get(code=CITY)
    crowd = Crowd(Land(staff.county, staff.townships, outside), days)
    return Cast(crowd, days, plans(every_state_once=county.people < SMALL))
