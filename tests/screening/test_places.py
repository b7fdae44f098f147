"""Whose list somebody is on is asked of the day, whichever agency draws up its list first and whoever moved since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from assistance.accounts.models import Agency, Division
from assistance.accounts.roles import Role
from assistance.registry.models import Department, ListSource, Person, RecipientSpan, Residence
from assistance.registry.operations import (
    Place,
    confirm_merge,
    end_residence,
    move_residence,
    propose_merge,
    void_residence,
)
from assistance.registry.queries import current_residence
from assistance.screening.operations import bottom_line
from assistance.screening.queries.areas import recognised_elsewhere
from assistance.screening.queries.quarters import lost_after_sealing, standing_cases
from assistance.screening.states import ListKind, RunKind
from tests.factories.accounts import agency, division, user
from tests.factories.drawn import (
    draw,
    gone,
    listed,
    make_office,
    make_period,
    morning,
    zhoushan_agency,
    zhoushan_county,
    zhoushan_township,
)
from tests.factories.registry import make_bill, make_category, make_person

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 31)
HUKOU, LIVING = Residence.Kind.HUKOU, Residence.Kind.LIVING


def neighbour() -> Agency:
    county = division("330902", "定海区", Division.Level.COUNTY, zhoushan_county().parent)
    return agency("330902", "舟山市医疗保障局定海分局", county, parent=zhoushan_agency().parent)


def there() -> Division:
    county = neighbour().areas.get().division
    return division("330902001", "昌国街道", Division.Level.TOWNSHIP, county)


def move(person: Person, to: Division, on: date, kind: Residence.Kind = HUKOU) -> None:
    place = Place(to, "一村")
    move_residence(person, kind=kind, place=place, first_day=on, actor=None, at=morning(on))


def leave(person: Person, on: date, kind: Residence.Kind = HUKOU) -> None:
    home = person.residences.get(kind=kind, last_day=None)
    end_residence(home, last_day=on, actor=None, at=morning(on + timedelta(days=1)))


def mistaken(person: Person, on: date) -> None:
    """Moved by mistake, which was found out the next day."""
    move(person, there(), on)
    wrong = person.residences.get(division=there(), voided_at=None)
    void_residence(wrong, reason="录入错误", actor=None, at=morning(on + timedelta(days=1)))


# What happened to somebody of the first agency: the days, what on each, and whether he is the neighbour's on the day.
Happening = tuple[str, bool, list[tuple[date, Callable[[Person, date], None]]]]


def happenings() -> list[Happening]:
    here, other = zhoushan_township(), there()
    april = [date(2024, 4, n) for n in range(1, 12)]
    return [
        ("留在本地", False, []),
        ("当日迁出", True, [(DAY, lambda p, on: move(p, other, on))]),
        ("次日迁出", False, [(april[0], lambda p, on: move(p, other, on))]),
        ("名单之间迁出", False, [(april[4], lambda p, on: move(p, other, on))]),
        ("误录迁出", False, [(april[4], mistaken)]),
        (
            "迁出又迁回",
            False,
            [
                (april[3], lambda p, on: move(p, other, on)),
                (april[7], lambda p, on: move(p, here, on)),
            ],
        ),
        (
            "先迁回后离开",
            True,
            [
                (date(2024, 3, 20), lambda p, on: move(p, other, on)),
                (april[5], lambda p, on: move(p, here, on)),
            ],
        ),
        (
            "外出再落户",
            False,
            [(date(2024, 3, 15), leave), (april[5], lambda p, on: move(p, other, on))],
        ),
        ("本月迁居邻县", False, [(april[5], lambda p, on: move(p, other, on, LIVING))]),
        (
            "销户仅余居住地",
            True,
            [
                (date(2024, 2, 1), lambda p, on: move(p, other, on, LIVING)),
                (date(2024, 3, 31), lambda p, on: leave(p, on - timedelta(days=1))),
                (april[6], lambda p, on: move(p, here, on)),
            ],
        ),
    ]


@pytest.mark.parametrize(
    ("kind", "first_is_here"), [(ListKind.ZHIPIN, True), (ListKind.BOTTOM_LINE, False)]
)
def test_who_moved_between_two_runs_is_on_the_list_of_the_place_of_the_day(kind, first_is_here):
    recognised = "DIBAO" if kind == ListKind.BOTTOM_LINE else ""
    number = 1 if kind == ListKind.BOTTOM_LINE else 3
    plan, wanted = [], {}
    for name, is_neighbours, events in happenings():
        person = make_person(name, township=zhoushan_township(), category=recognised)
        make_bill(person, "60000", settled_on=date(2024, 2, 1))
        wanted[name] = "there" if is_neighbours else "here"
        plan += [(on, person, event) for on, event in events]
    where = {"here": zhoushan_agency(), "there": neighbour()}
    order = ["here", "there"] if first_is_here else ["there", "here"]
    periods = {key: make_period(kind, 2024, number, where=where[key]) for key in order}
    drawn = dict(zip((date(2024, 4, 3), date(2024, 4, 12)), order, strict=True))
    found: dict[str, list[str]] = {name: [] for name in wanted}
    townships = set()
    for on in sorted({on for on, _person, _event in plan} | set(drawn)):
        for _on, person, event in (row for row in plan if row[0] == on):
            person.refresh_from_db()
            event(person, on)
        if on in drawn:
            run = draw(periods[drawn[on]], at=morning(on))
            townships |= {(drawn[on], entry.township.code) for entry in run.entries.all()}
            for entry in run.entries.select_related("person"):
                found[entry.person.name].append(drawn[on])
    assert found == {name: [key] for name, key in wanted.items()}
    assert townships == {("here", "330903001"), ("there", "330902001")}


def test_of_who_moved_away_the_old_agency_sees_what_it_knew_and_the_new_one_the_whole():
    person = make_person("迁出者", township=zhoushan_township())
    make_bill(person, "32000", settled_on=date(2024, 2, 1))
    make_office(neighbour())
    draw(make_period(number=3), at=morning(date(2024, 4, 1)))
    move(person, there(), date(2024, 4, 10))
    make_bill(person, "9000", settled_on=date(2024, 4, 20))
    run = draw(make_period(number=4))
    assert gone(run) == {person.pk: "other_agency"}
    assert run.departures.get().burden == Decimal("32000.00")
    entry = listed(draw(make_period(number=4, where=neighbour())))[person.pk]
    assert (entry.burden, entry.township) == (Decimal("41000.00"), there())


def test_of_two_records_of_one_human_the_home_of_the_day_counts_whosever_it_is():
    one = make_person("两份档案", township=zhoushan_township())
    other = make_person("两份档案", township=there())
    for person in (one, other):
        make_bill(person, "20000", settled_on=date(2024, 2, 1))
    leave(one, date(2024, 2, 28))
    Person.objects.filter(pk=other.pk).update(merged_into=one)
    other.refresh_from_db()
    move(other, zhoushan_township(), date(2024, 4, 5))
    assert not listed(draw(make_period(number=3)))
    assert list(listed(draw(make_period(number=3, where=neighbour())))) == [one.pk]


def test_who_is_lost_between_two_lists_comes_before_a_meeting_by_a_supplement():
    moved, other = (
        make_person(name, township=zhoushan_township(), category="DIBAO")
        for name in ("迁移者", "留守者")
    )
    resident = make_person("定海人", township=there(), category="DIBAO")
    for person in (moved, other, resident):
        make_bill(person, "70000", settled_on=date(2024, 2, 1))
    old = make_period(ListKind.BOTTOM_LINE, 2024, 1, where=zhoushan_agency())
    new = make_period(ListKind.BOTTOM_LINE, 2024, 1, where=neighbour())
    at = morning(date(2024, 4, 3))
    bottom_line.open_review(draw(old, at=at), actor=None, at=at)
    move(moved, there(), date(2024, 3, 20))
    reviewed = bottom_line.open_review(draw(new, at=at), actor=None, at=at)
    assert [case.person for case in reviewed.cases.all()] == [resident]
    approver = user("dinghai_approver", Role.APPROVER, agency=neighbour())
    bottom_line.seal(reviewed, actor=approver, at=at)
    again = draw(old, at=at, kind=RunKind.AGAIN, note="迁移补录")
    bottom_line.open_review(again, actor=None, at=at)
    assert lost_after_sealing() == {new: 1}
    supplement = draw(new, at=at, kind=RunKind.SUPPLEMENT, note="迁移补录")
    assert list(listed(supplement)) == [moved.pk]
    bottom_line.open_review(supplement, actor=None, at=at)
    standing = standing_cases().get(person=moved)
    assert standing.list.run.period == new
    assert not lost_after_sealing()


def borne(name: str) -> Person:
    person = make_person(name, township=zhoushan_township())
    make_bill(person, "20000", settled_on=date(2024, 3, 2))
    return person


def recognise(person: Person, by: Agency) -> None:
    """On a list of that agency's civil affairs."""
    source = ListSource.objects.create(
        agency=by, department=Department.CIVIL_AFFAIRS, name="低保名单", due_day=10
    )
    category = make_category("DIBAO")
    days = {"first_day": date(2024, 3, 1), "recognised_by": "民政局"}
    RecipientSpan.objects.create(person=person, category=category, source=source, **days)


def test_who_is_recognised_by_another_agency_is_found_and_moved_by_the_area():
    """Not hukou, not insurance (ZS22 二(一)2): his hukou stays, list and agency follow the recognition."""
    make_office(), make_office(neighbour())
    stays, goes = borne("留在本地"), borne("邻县认定")
    recognise(stays, zhoushan_agency())
    recognise(goes, neighbour())
    (found,) = recognised_elsewhere(Person.objects.all(), DAY)
    assert (found.person, found.source.agency) == (goes, neighbour())
    move(goes, there(), date(2024, 3, 1), Residence.Kind.AREA)
    goes.refresh_from_db()
    assert (goes.agency, goes.township) == (neighbour(), there())
    home = current_residence(goes, DAY)
    assert home is not None
    assert home.kind == HUKOU
    assert not recognised_elsewhere(Person.objects.all(), DAY).exists()
    lists = {
        where: draw(make_period(ListKind.WATCH, where=where))
        for where in (zhoushan_agency(), neighbour())
    }
    assert {where: set(listed(run)) for where, run in lists.items()} == {
        zhoushan_agency(): {stays.pk},
        neighbour(): {goes.pk},
    }


def test_of_merged_records_the_one_that_answers_says_who_looks_after_him(
    client,
):
    make_office(), make_office(neighbour())
    record, answers = borne("两份档案"), borne("两份档案")
    recognise(record, zhoushan_agency())
    record.residences.filter(kind=HUKOU).update(last_day=date(2024, 2, 29))
    joined(record, answers)
    assert not recognised_elsewhere(Person.objects.all(), DAY).exists()
    move(answers, there(), date(2024, 3, 1))
    (found,) = recognised_elsewhere(Person.objects.all(), DAY)
    assert (found.person, found.source.agency) == (record, zhoushan_agency())
    client.force_login(user("reviewer-there", Role.REVIEWER, agency=neighbour()))
    page = client.get(reverse("recognised_elsewhere")).text
    assert neighbour().name in page
    assert there().name in page


def joined(record: Person, into: Person) -> None:
    """Merged by two people of their agency."""
    merge = propose_merge(
        record,
        into,
        reason="同一人重复建档",
        actor=user("reviewer-here", Role.REVIEWER, agency=zhoushan_agency()),
        at=morning(DAY),
    )
    approver = user("approver-here", Role.APPROVER, agency=zhoushan_agency())
    confirm_merge(merge, actor=approver, at=morning(DAY))


def test_recognition_by_another_agency_moves_nobody_where_the_hukou_decides():
    make_office(city="lanxi"), make_office(neighbour(), city="lanxi")
    recognise(borne("邻县认定"), neighbour())
    assert not recognised_elsewhere(Person.objects.all(), DAY).exists()


def test_the_agency_that_looks_after_somebody_is_told_who_recognised_him(client):
    make_office(), make_office(neighbour())
    goes = borne("邻县认定")
    recognise(goes, neighbour())
    reviewer = user("reviewer-here", Role.REVIEWER, agency=zhoushan_agency())
    client.force_login(reviewer)
    page = client.get(reverse("recognised_elsewhere"))
    assert "邻县认定" in page.text
    assert neighbour().name in page.text
    assert goes.id_number not in page.text
    client.force_login(user("reviewer-there", Role.REVIEWER, agency=neighbour()))
    assert "邻县认定" not in client.get(reverse("recognised_elsewhere")).text
