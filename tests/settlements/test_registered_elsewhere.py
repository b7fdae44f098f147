"""Where the household registration is part of what a recipient is (WZ19 三(一)), outside the lists, too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from assistance.cases.models import Application
from assistance.cases.queries.missing import missing
from assistance.policies.operations import release_templates
from assistance.registry.models import Person, Residence
from assistance.registry.operations import Place
from assistance.registry.operations.residences import move_residence
from assistance.registry.queries import registered_elsewhere
from assistance.settlements.models import BillWarning, Settlement
from assistance.settlements.queries import Seen, differing_bills
from assistance.settlements.recount import account_differences
from tests.factories.accounts import Cast
from tests.factories.cases import Desk, declared
from tests.factories.deliveries import bill_row, deliver
from tests.factories.deliveries import make_source as make_bill_source
from tests.factories.lists import make_source as make_list_source
from tests.factories.registry import make_bill, make_person

pytestmark = pytest.mark.django_db


def recipient(name: str, cast: Cast, *, left: bool, category: str = "DIBAO") -> Person:
    """Living in the county; who `left` is registered in another city since 2024."""
    person = make_person(name, category=category)
    homes = [(Residence.Kind.LIVING, cast.township, date(2016, 1, 1))]
    if left:
        homes.append((Residence.Kind.HUKOU, cast.province, date(2024, 3, 1)))
    for kind, where, since in homes:
        move_residence(
            person, kind=kind, place=Place(where), first_day=since, actor=None, at=timezone.now()
        )
    person.refresh_from_db()
    return person


@pytest.mark.parametrize("meaning", ["recorded", "settled"])
def test_a_bill_comes_in_with_a_warning_and_nothing_is_granted_here_without_a_person(cast, meaning):
    release_templates(at=timezone.now())
    make_list_source("DIBAO", hukou_in=cast.city)
    left, stayed = recipient("蓝外迁", cast, left=True), recipient("蓝本地", cast, left=False)
    never = recipient("蓝外人", cast, left=True, category="")
    assert {person.agency for person in (left, stayed, never)} == {cast.agency}
    home = registered_elsewhere(left, date(2025, 5, 20))
    assert home is not None
    assert home.division == cast.province
    assert registered_elsewhere(left, date(2024, 2, 1)) is None
    assert registered_elsewhere(stayed, date(2025, 5, 20)) is None
    before = bill_row(left, setl_time="2024-02-01", setl_id="SEEN")
    people = (left, stayed, never)
    deliver(
        make_bill_source(city="zhoushan", meaning=meaning),
        before,
        *(bill_row(person, setl_id=f"S{n}") for n, person in enumerate(people)),
    )
    warned = BillWarning.objects.filter(kind=BillWarning.Kind.HUKOU).select_related("settlement")
    assert [warning.settlement.person.name for warning in warned] == ["蓝外迁"]
    bill = warned[0].settlement
    assert (bill.assistance, bill.own_figure) == (0, Decimal(2400))
    # Never silently: it is on the list of differences until somebody has decided.
    assert (bill.pk, Seen.OPEN) in [
        (row.pk, row.seen) for row in differing_bills(Settlement.objects.all())
    ]
    granted = Settlement.objects.get(person=stayed).assistance
    assert granted == (2400 if meaning == "settled" else 0)
    assert list(account_differences()) == []


def test_an_application_says_so_to_the_reviewer_and_is_not_stopped():
    desk = Desk(start=date(2026, 3, 3), year=2025)
    person = recipient("蓝外迁", desk.cast, left=True)
    make_bill(person, settled_on=date(2025, 5, 20), at=desk.now)
    case = desk.draft(person)
    assert "浙江省" not in sentences(case)
    make_list_source("DIBAO", hukou_in=desk.cast.city)
    assert "浙江省" in sentences(case)


def sentences(case: Application) -> str:
    gaps = missing(case, declared(case), on=case.received_on)
    return " ".join(gap.sentence for gap in gaps if not gap.blocks)


@pytest.mark.parametrize("files", [1, 2])
def test_what_waits_for_a_person_fills_no_limit_however_the_file_is_cut(cast, files):
    """The registration comes back between the bills: the second is granted the whole limit of the year."""
    release_templates(at=timezone.now())
    make_list_source("DIBAO", hukou_in=cast.city)
    person = recipient("蓝返乡", cast, left=True)
    move_residence(
        person,
        kind=Residence.Kind.HUKOU,
        place=Place(cast.township),
        first_day=date(2025, 6, 1),
        actor=None,
        at=timezone.now(),
    )
    large = {"medfee_sumamt": "400000", "inscp_scp_amt": "400000", "hifp_pay": "100000"}
    rows = [
        bill_row(person, setl_id="AWAY", setl_time="2025-05-20", **large),
        bill_row(person, setl_id="BACK", setl_time="2025-07-20", **large),
    ]
    source = make_bill_source(city="zhoushan", meaning="settled")
    for part in [rows] if files == 1 else [[row] for row in rows]:
        deliver(source, *part)
    away, back = Settlement.objects.order_by("settled_on")
    assert (away.assistance, back.assistance) == (0, back.own_figure)
    assert away.own_figure == back.own_figure > 0
