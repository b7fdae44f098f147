"""Two records of one human: merged, asked together, and separated exactly."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from assistance.registry import operations, queries
from assistance.registry.models import Merge, Person, Residence
from assistance.registry.operations import Place
from assistance.settlements.queries import bills_of_year, deductible_aid_of_year
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.identity import merge, propose, split
from tests.factories.registry import make_account, make_aid, make_bill, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def two(cast) -> tuple[Person, Person]:
    """The record that is merged, and the one that answers."""
    return make_person("柳一", category="DIBAO"), make_person("柳壹", enrolled=False)


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_questions_are_answered_from_all_records(cast, two):
    record, into = two
    bills = [make_bill(record, 1000), make_bill(into, 2000)]
    make_aid(record, 300)
    make_aid(into, 200)
    account = make_account(record, entered_by=cast.clerk, checked_by=cast.payer)
    merge(record, into)
    for person in (fresh(record), fresh(into)):
        day = date(2025, 7, 1)
        assert queries.records_of(person) == [into.pk, record.pk]
        assert queries.canonical(person) == into
        assert list(bills_of_year(person, 2025)) == bills
        assert deductible_aid_of_year(person, 2025) == 500
        assert queries.hardship_on(person, day) is not None
        assert queries.enrolled_in(person, cast.county, day)
        assert queries.insured_since(person, cast.county, day) == date(2015, 1, 1)
        assert queries.enrolled_in_year(person, cast.county, 2025)
        assert queries.hukou_in(person, cast.county, day)
        assert list(queries.usable_accounts(person)) == [account]
        assert len(queries.timeline(person)) >= 6
        card = queries.person_card(person, day)
        assert (card.is_hardship, len(card.enrolments), len(card.accounts)) == (True, 1, 1)


def test_of_two_registrations_the_later_move_is_true(cast, two):
    record, into = two
    operations.move_residence(
        record,
        kind=Residence.Kind.HUKOU,
        place=Place(cast.city),
        first_day=date(2025, 3, 1),
        actor=None,
        at=AT,
    )
    assert queries.hukou_in(into, cast.county, date(2025, 3, 1))
    merge(record, into)
    assert queries.hukou_in(fresh(into), cast.county, date(2025, 2, 28))
    assert not queries.hukou_in(fresh(into), cast.county, date(2025, 3, 1))


def test_search_shows_one_human_once_by_either_name(cast, two):
    record, into = two
    merge(record, into)
    for words in ("柳一", "柳壹", "liuyi", record.id_number, into.id_number, ""):
        assert list(queries.search_people(cast.clerk, words)) == [into]


def test_search_keeps_a_record_whose_other_one_is_outside(cast):
    record = make_person("柳一", township=cast.township)
    into = make_person("柳一", township=cast.other_township)
    merge(record, into)
    assert list(queries.search_people(cast.clerk, "柳一")) == [record]
    assert list(queries.search_people(cast.neighbour_clerk, "柳一")) == [into]
    assert list(queries.search_people(cast.window, "柳一")) == [into]


def test_merging_needs_a_reviewer_and_an_approver(cast, two):
    for actor in (cast.clerk, cast.approver, cast.auditor, cast.outside_reviewer):
        with pytest.raises(NotAllowed):
            operations.propose_merge(*two, reason="重复", actor=actor, at=AT)
    proposal = propose(*two)
    for actor in (cast.reviewer, cast.second_reviewer, cast.leader, cast.outside_approver):
        with pytest.raises(NotAllowed):
            operations.confirm_merge(proposal, actor=actor, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.update(state="merged", decided_by=cast.reviewer)
    assert fresh(two[0]).merged_into is None


def test_both_records_have_to_be_in_the_area(cast):
    outside = make_person(township=cast.outside_township, county=cast.other_county)
    with pytest.raises(NotAllowed):
        operations.propose_merge(make_person(), outside, reason="重复", actor=cast.reviewer, at=AT)


def test_records_are_merged_one_level_deep(cast, two):
    record, into = two
    third = make_person("柳一")
    merge(record, into)
    refused = [(fresh(record), third), (third, fresh(record)), (fresh(into), third), (third, third)]
    for pair in refused:
        with pytest.raises(Refused):
            propose(*pair)
    merge(third, fresh(into))
    assert queries.records_of(into) == [into.pk, record.pk, third.pk]


def test_records_that_differ_in_the_death_are_not_merged(cast, two):
    record, into = two
    operations.record_death(into, died_on=date(2026, 5, 1), actor=None, at=AT)
    with pytest.raises(Refused):
        propose(record, into)


def test_a_death_is_entered_for_all_records(cast, two):
    record, into = two
    merge(record, into)
    operations.record_death(fresh(into), died_on=date(2026, 5, 1), actor=None, at=AT)
    assert fresh(record).died_on == date(2026, 5, 1)
    operations.revoke_death(fresh(into), reason="误报", actor=None, at=AT)
    assert fresh(record).died_on is None


def test_a_refused_merge_may_be_proposed_again(cast, two):
    operations.refuse_merge(propose(*two), reason="再核", actor=cast.reviewer, at=AT)
    operations.refuse_merge(propose(*two), reason="不是", actor=cast.approver, at=AT)
    assert merge(*two).state == Merge.State.MERGED


def test_a_refused_separation_leaves_the_records_merged(cast, two):
    merged = merge(*two)
    proposed = operations.propose_split(merged, reason="疑似", actor=cast.reviewer, at=AT)
    operations.refuse_split(proposed, actor=cast.approver, at=AT)
    assert fresh(two[0]).merged_into == two[1]
    assert split(Merge.objects.get()).state == Merge.State.SPLIT
    assert fresh(two[0]).merged_into is None
