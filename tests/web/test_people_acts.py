"""What is done to a person's record on screen: who is offered it, that it happens, how it is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from assistance.registry.models import Enrolment, Person, Residence
from assistance.registry.queries import person_with_number
from assistance.settlements.models import OtherAid, Setting, Settlement
from tests.factories.accounts import Cast
from tests.factories.registry import (
    make_account,
    make_aid,
    make_bill,
    make_category,
    make_person,
    new_account_number,
    new_number,
)

READERS = ["leader", "approver", "fund", "city_supervisor"]
ENTERING = [
    "change_phone",
    "change_name",
    "change_number",
    "add_guardian",
    "record_death",
    "move_person",
    "recognise_person",
    "enrol_person",
    "add_person_account",
    "type_bill",
    "record_aid",
]


@pytest.fixture
def cast(db) -> Cast:
    cast = Cast()
    assert cast.agency.pk != cast.outside_agency.pk
    return cast


@pytest.fixture
def person(cast) -> Person:
    return make_person("蓝青山", category="DIBAO")


@pytest.fixture
def do(as_user, person):
    """Post an act on the person as somebody; the answer."""

    def post(user, act, *rows, **given):
        return as_user(user).post(reverse(act, args=[person.pk, *rows]), given)

    return post


def errors(response) -> list[str]:
    assert response.status_code == 422
    return [str(error) for found in response.context["form"].errors.values() for error in found]


@pytest.mark.parametrize("name", ENTERING)
def test_clerk_and_window_are_offered_the_forms(cast, as_user, person, name):
    for user in (cast.clerk, cast.window):
        assert as_user(user).get(reverse(name, args=[person.pk])).status_code == 200


@pytest.mark.parametrize("name", ENTERING)
@pytest.mark.parametrize("who", READERS)
def test_readers_are_not_offered_the_forms(cast, as_user, person, who, name):
    browser = as_user(getattr(cast, who))
    assert browser.get(reverse(name, args=[person.pk])).status_code == 403
    page = browser.get(reverse("person", args=[person.pk])).content.decode()
    assert reverse(name, args=[person.pk]) not in page


@pytest.mark.parametrize("name", ENTERING)
def test_the_forms_do_not_exist_for_a_neighbour(cast, as_user, person, name):
    assert as_user(cast.neighbour_clerk).get(reverse(name, args=[person.pk])).status_code == 404


def test_what_a_reader_posts_is_refused(cast, do, person):
    assert errors(do(cast.city_supervisor, "record_death", died_on="2025-01-01")) != []
    assert Person.objects.get().died_on is None


def test_a_person_is_registered(cast, as_user):
    number = new_number()
    given = {
        "id_number": number,
        "name": "雷月桂",
        "since": "2020-01-01",
        "hukou_township": cast.township.pk,
        "hukou_village": "二村",
    }
    response = as_user(cast.clerk).post("/people/new/", given)
    made = person_with_number(number)
    assert made is not None
    assert response.headers["Location"] == f"/people/{made.pk}/"
    assert str(made.residences.get()) == f"{cast.township} 二村"


def test_registering_a_known_number_is_refused(cast, as_user, person):
    given = {
        "id_number": person.id_number,
        "name": "蓝青山",
        "since": "2020-01-01",
        "hukou_township": cast.township.pk,
    }
    assert len(errors(as_user(cast.clerk).post("/people/new/", given))) == 1


def test_only_clerks_register_people(cast, as_user):
    assert as_user(cast.reviewer).get("/people/new/").status_code == 403


def test_a_phone_is_changed(cast, do, person):
    response = do(cast.clerk, "change_phone", phone="0578-508 2345")
    assert response.headers["Location"] == f"/people/{person.pk}/"
    person.refresh_from_db()
    assert person.phone == "0578-5082345"


def test_who_moves_out_of_the_area_leads_back_to_the_list(cast, do, person):
    given = {"kind": "hukou", "first_day": "2025-02-01", "township": cast.other_township.pk}
    response = do(cast.clerk, "move_person", **given)
    assert response.headers["Location"] == "/people/"
    assert Person.objects.get().township == cast.other_township


def test_a_move_to_come_is_refused(cast, do, person):
    tomorrow = localdate() + timedelta(days=1)
    given = {"kind": "hukou", "first_day": tomorrow, "township": cast.other_township.pk}
    assert len(errors(do(cast.clerk, "move_person", **given))) == 1


def test_a_residence_is_voided(cast, do, person):
    residence = Residence.objects.get()
    assert do(cast.clerk, "void_residence", residence.pk, reason="录错").status_code == 302
    assert Residence.objects.get().voided_at is not None


def test_a_recognition_is_recorded_and_ended(cast, do, person):
    given = {
        "category": make_category("TEKUN").pk,
        "recognised_by": "景宁民政局",
        "first_day": "2025-01-01",
    }
    assert do(cast.clerk, "recognise_person", **given).status_code == 302
    span = person.recipient_spans.get(category__code="TEKUN")
    assert do(cast.clerk, "end_recognition", span.pk, last_day="2025-06-30").status_code == 302
    span.refresh_from_db()
    assert span.last_day == date(2025, 6, 30)


def test_an_overlapping_recognition_is_refused(cast, do, person):
    given = {
        "category": make_category("DIBAO").pk,
        "recognised_by": "景宁民政局",
        "first_day": "2025-01-01",
    }
    assert len(errors(do(cast.clerk, "recognise_person", **given))) == 1


def test_insurance_is_ended_and_entered_anew(cast, do, person):
    first = Enrolment.objects.get()
    assert do(cast.clerk, "end_enrolment", first.pk, last_day="2024-12-31").status_code == 302
    given = {"kind": "310", "county": cast.county.pk, "first_day": "2025-01-01"}
    assert do(cast.clerk, "enrol_person", **given).status_code == 302
    assert person.enrolments.count() == 2


def test_a_death_is_recorded_and_revoked(cast, do, person):
    assert do(cast.clerk, "record_death", died_on="2025-03-01").status_code == 302
    assert Person.objects.get().died_on == date(2025, 3, 1)
    assert do(cast.clerk, "revoke_death", reason="同名").status_code == 302
    assert Person.objects.get().died_on is None


def test_an_account_is_added_and_checked_by_another(cast, do, person):
    number = new_account_number()
    given = {"bank": "农商银行", "number": number, "is_social_security_card": "on"}
    assert do(cast.clerk, "add_person_account", **given).status_code == 302
    account = person.bank_accounts.get()
    assert errors(do(cast.clerk, "check_account", account.pk, number=number)) != []
    assert do(cast.leader, "check_account", account.pk, number=number).status_code == 302
    account.refresh_from_db()
    assert account.checked_by == cast.leader


def test_a_number_typed_otherwise_does_not_check_the_account(cast, do, person):
    account = make_account(person, entered_by=cast.clerk)
    typed = new_account_number()
    response = do(cast.reviewer, "check_account", account.pk, number=typed)
    assert len(errors(response)) == 1
    assert typed not in response.content.decode()
    account.refresh_from_db()
    assert account.checked_at is None


def test_an_account_is_taken_out_of_use(cast, do, person):
    account = make_account(person)
    assert do(cast.clerk, "retire_account", account.pk, reason="销户").status_code == 302
    assert do(cast.clerk, "retire_account", account.pk, reason="销户").status_code == 422


def test_a_bill_is_typed_once_and_reversed(cast, do, person):
    given = {
        "token": "a1",
        "settled_on": "2025-05-20",
        "setting": Setting.INPATIENT,
        "institution": "景宁县人民医院",
        "total": "60000",
        "in_scope": "50000",
        "basic": "20000",
        "supplementary": "0",
        "big_illness": "0",
        "assistance": "0",
        "designated": "on",
    }
    for _twice in range(2):
        response = do(cast.clerk, "type_bill", **given)
        assert response.headers["Location"] == f"/people/{person.pk}/costs/"
    bill = Settlement.objects.get()
    assert do(cast.clerk, "reverse_bill", bill.pk, reason="重复录入").status_code == 302
    assert Settlement.objects.get(reverses=bill).total == Decimal("-60000.00")
    assert len(errors(do(cast.clerk, "reverse_bill", bill.pk, reason="重复录入"))) == 1


def test_the_year_leaves_out_what_was_reversed(cast, as_user, do, person):
    make_bill(person, 30000)
    wrong = make_bill(person, 60000)
    do(cast.clerk, "reverse_bill", wrong.pk, reason="录错")
    (year,) = as_user(cast.clerk).get(f"/people/{person.pk}/costs/").context["years"]
    assert (year.year, len(year.lines), year.total) == (2025, 3, Decimal("30000.00"))


def test_other_aid_is_recorded_and_voided(cast, do, person):
    given = {
        "benefit_year": "2025",
        "giver": "union",
        "amount": "500",
        "given_on": "2025-08-01",
        "paper": "工会〔2025〕1号",
    }
    assert do(cast.reviewer, "record_aid", **given).status_code == 302
    aid = OtherAid.objects.get()
    assert do(cast.reviewer, "void_aid", aid.pk, reason="录错").status_code == 302
    assert len(errors(do(cast.reviewer, "void_aid", aid.pk, reason="录错"))) == 1


def test_a_row_of_somebody_else_does_not_exist(cast, as_user, person):
    other = make_aid(make_person())
    address = reverse("void_aid", args=[person.pk, other.pk])
    assert as_user(cast.clerk).get(address).status_code == 404
