"""Own cases and those of relatives go to somebody else: entry, review, approval, payment, many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.permissions import (
    may,
    may_mend_account,
    may_record_original,
    why_not_assigned,
)
from assistance.cases.states import Action
from assistance.payments import permissions as money
from assistance.payments.models import Award
from assistance.payments.operations import draw_up_batch, drop_line
from assistance.payments.states import LineOutcome
from assistance.registry.models import HouseholdMember, Person, StaffTie
from assistance.registry.operations import (
    add_household_member,
    declare_relative,
    end_tie,
    found_household,
)
from assistance.registry.permissions import acts_for, may_edit
from assistance.registry.ties import close_people
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.cases import Desk
from tests.factories.identity import change_number, merge
from tests.factories.registry import make_person, new_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def declare(user: User, person, desk: Desk, relation: str = "parent") -> StaffTie:
    return declare_relative(
        user, relation=relation, name=person.name, number=person.id_number, at=desk.now
    )


def test_nobody_acts_on_his_own_case_or_a_relatives_at_any_stage(desk):
    cast = desk.cast
    for who, action, make in (
        ("clerk", Action.SUBMIT, desk.draft),
        ("leader", Action.SIGN_FIRST_REVIEW, desk.submitted),
        ("second_reviewer", Action.PROPOSE, desk.reviewed_first),
        ("second_approver", Action.AGREE, desk.proposed),
    ):
        case, user = make(), getattr(cast, who)
        assert may(user, action, case)
        tie = declare(user, case.person, desk)
        assert not may(user, action, case)
        end_tie(tie, by=cast.security_officer, at=desk.now)
        assert may(User.objects.get(pk=user.pk), action, case)


def test_entry_accounts_and_assignment_are_closed_too(desk):
    case, cast = desk.reviewed_first(), desk.cast
    declare(cast.clerk, case.person, desk, "self")
    declare(cast.second_reviewer, case.person, desk)
    assert not may_edit(cast.clerk, case.person)
    assert not may_mend_account(cast.clerk, case)
    assert why_not_assigned(cast.second_reviewer, case)
    # That an original was seen is somebody else's word too.
    assert not may_record_original(cast.clerk, case)
    assert may_record_original(cast.window, case)
    with pytest.raises(NotAllowed):
        operations.register_application(
            programme="jn21",
            benefit_year=desk.year,
            person=case.person,
            township=cast.township,
            received_on=desk.now.date(),
            applicant_name="本人",
            applicant_relation="self",
            actor=cast.clerk,
            at=desk.now,
        )


def test_whoever_shares_a_household_with_a_relative_is_close(desk):
    case, cast = desk.submitted(), desk.cast
    wife, since = make_person("蓝秋月", sex="2"), desk.now.date() - timedelta(days=400)
    found_household(case.person, first_day=since, actor=cast.second_clerk, at=desk.now)
    add_household_member(
        case.person, member=wife, relation="spouse", first_day=since, actor=cast.second_clerk,
        at=desk.now,
    )  # fmt: skip
    declare(cast.leader, wife, desk, "sibling")
    assert not may(cast.leader, Action.SIGN_FIRST_REVIEW, case)
    assert may(cast.second_leader, Action.SIGN_FIRST_REVIEW, case)


def test_many_at_once_leaves_out_a_relatives_case(desk):
    own, other = desk.submitted(), desk.submitted()
    declare(desk.cast.leader, own.person, desk)
    run = operations.prepare_run(
        "sign_first_review",
        [own.number, other.number],
        words="属实",
        actor=desk.cast.leader,
        at=desk.now,
    )
    operations.carry_out(run, actor=desk.cast.leader, at=desk.now)
    states = {case.pk: case.state for case in type(own).objects.filter(pk__in=[own.pk, other.pk])}
    assert (states[own.pk], states[other.pk]) == (own.state, "county_review")


def test_nobody_pays_himself(desk):
    case, cast = desk.approved(), desk.cast
    award = Award.objects.get(person=case.person)
    batch = {"agency": cast.agency, "programme": award.programme, "awards": [award]}
    declare(cast.payer, case.person, desk, "self")
    with pytest.raises(Refused):
        draw_up_batch(**batch, actor=cast.payer, at=desk.now)
    assert money.why_not_hold(cast.payer, award)
    drawn = draw_up_batch(**batch, actor=cast.second_payer, at=desk.now)
    assert not money.may_confirm_batch(cast.payer, drawn)
    # Nor does he take the line out, or say that money came back which did not.
    line = drawn.lines.get()
    with pytest.raises(NotAllowed):
        drop_line(drawn, line, reason="不付", actor=cast.payer, at=desk.now)
    line.outcome = LineOutcome.PAID
    assert not money.may_bounce(cast.payer, line)
    assert money.may_bounce(cast.second_payer, line)


def test_a_declaration_is_ended_by_somebody_else_alone(desk):
    person, cast = make_person("蓝三"), desk.cast
    tie = declare(cast.clerk, person, desk)
    with pytest.raises(Refused):
        declare(cast.clerk, person, desk)
    for by in (cast.clerk, cast.administrator, cast.approver):
        with pytest.raises(NotAllowed):
            end_tie(tie, by=by, at=desk.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffTie.objects.update(ended_by=cast.clerk, ended_at=desk.now)
    assert not acts_for(cast.clerk, person, *cast.clerk.roles)
    assert person.id_number.encode() not in bytes(StaffTie.objects.get().digest)


def test_every_record_number_and_household_of_a_relative_is_close(desk):
    cast, since = desk.cast, desk.now.date() - timedelta(days=400)
    declared, other = make_person("蓝秋月", sex="2"), make_person("蓝秋月", sex="2")
    former = declared.id_number
    change_number(declared, new_number(sex="2"))
    merge(declared, other)
    husband, wife = make_person("钟有田"), Person.objects.get(pk=other.pk)
    found_household(wife, first_day=since, actor=None, at=desk.now)
    joined = add_household_member(
        wife, member=husband, relation="spouse", first_day=since, actor=None, at=desk.now
    )
    # He moves out in a month: until then they live together.
    HouseholdMember.objects.filter(pk=joined.pk).update(last_day=localdate() + timedelta(days=30))
    elsewhere = make_person("钟有田")
    merge(elsewhere, husband)
    declare_relative(cast.leader, relation="sibling", name="蓝秋月", number=former, at=desk.now)
    assert close_people(cast.leader) == {declared.pk, other.pk, husband.pk, elsewhere.pk}
