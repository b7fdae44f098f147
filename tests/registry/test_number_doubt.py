from __future__ import annotations

from stdnum.cn import ric

from assistance.registry.queries import number_doubt
from tests.factories.accounts import Cast
from tests.factories.registry import make_person, new_number


def _with_area(area: str) -> str:
    body = area + new_number()[6:17]
    return body + ric.calc_check_digit(f"{body}0")


def test_unknown_area_code_is_a_doubt_and_no_refusal(db):
    person = make_person(id_number=_with_area("999999"))
    assert number_doubt(person, person.created_at.date())


def test_known_area_code_is_none(db):
    person = make_person(id_number=_with_area("331127"))
    assert number_doubt(person, person.created_at.date()) == ""


def test_the_demos_own_area_code_is_none_in_the_demo_alone(db, settings):
    person = make_person()
    assert number_doubt(person, person.created_at.date()) == ""
    settings.DEMO = False
    assert number_doubt(person, person.created_at.date())


def test_the_persons_page_says_so(client, db):
    person = make_person(id_number=_with_area("999999"))
    client.force_login(Cast().clerk)
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert number_doubt(person, person.created_at.date()) in page
