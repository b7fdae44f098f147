"""One step for many: tried without a trace, done once row by row, undone while nobody has gone on."""

from __future__ import annotations

from typing import Any

import pytest

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.cases import operations
from assistance.cases.models import Application, BulkRow, BulkRun, Notice, StatusChange
from assistance.cases.operations import carry_out, prepare_run, take_back, take_back_run
from assistance.cases.queries import queue_for, workload
from assistance.cases.states import State
from assistance.payments.models import Batch
from assistance.payments.operations import confirm_batch
from assistance.payments.states import AwardState
from assistance.shared.errors import NotAllowed, Refused, Stale
from tests.factories.accounts import user as make_user
from tests.factories.at_once import at_once
from tests.factories.cases import Desk, accepted
from tests.factories.registry import new_number

Outcome = BulkRow.Outcome


def tried(
    desk: Desk, kind: str, numbers: list[str], who: str, words: str = "属实", **more: Any
) -> BulkRun:
    actor = getattr(desk.cast, who)
    return prepare_run(kind, numbers, words=words, actor=actor, at=desk.now, **more)


def outcomes(run: BulkRun) -> list[str]:
    return list(run.rows.order_by("position").values_list("outcome", flat=True))


def states(*cases: Application) -> list[str]:
    return [Application.objects.get(pk=case.pk).state for case in cases]


def done(desk: Desk, kind: str, numbers: list[str], who: str, **more: Any) -> BulkRun:
    run = tried(desk, kind, numbers, who, **more)
    return carry_out(run, actor=run.by, at=desk.now)


def test_a_trial_says_for_every_row_what_would_happen_and_changes_nothing(desk):
    good, early = desk.submitted(), desk.draft()
    before = StatusChange.objects.count(), good.version
    numbers = [good.number.lower(), early.number, good.number, "331127-2026-99999-AAAA"]
    run = tried(desk, "sign_first_review", numbers, "leader")
    assert outcomes(run) == [Outcome.READY, Outcome.REFUSED, Outcome.REFUSED, Outcome.REFUSED]
    assert all(row.sentence for row in run.rows.exclude(outcome=Outcome.READY))
    assert states(good, early) == [State.FIRST_REVIEW, State.DRAFT]
    assert (StatusChange.objects.count(), Application.objects.get(pk=good.pk).version) == before
    assert not good.participations.filter(user=desk.cast.leader).exists()


def test_a_case_outside_the_scope_is_as_unknown_as_no_case(desk):
    case = desk.submitted()
    run = tried(
        desk, "sign_first_review", [case.number, "331127-2026-99999-AAAA"], "neighbour_leader"
    )
    assert len(set(run.rows.values_list("sentence", flat=True))) == 1
    assert outcomes(run) == [Outcome.REFUSED, Outcome.REFUSED]


@pytest.mark.parametrize(
    ("kind", "numbers", "words", "who"),
    [
        ("submit", [], "", "clerk"),
        ("submit", ["  "], "", "clerk"),
        ("submit", ["1"] * 301, "", "clerk"),
        ("return", ["1"], " ", "leader"),
        ("sign_first_review", ["1"], "属实", "clerk"),
        ("batch", ["1"], "", "clerk"),
        ("submit", ["1"], "", "auditor"),
    ],
)
def test_an_empty_selection_missing_words_and_the_wrong_role_are_refused(
    desk, kind, numbers, words, who
):
    with pytest.raises(Refused):
        tried(desk, kind, numbers, who, words)
    assert not BulkRun.objects.exists()


def test_every_row_is_done_or_fails_on_its_own(desk):
    first, second = desk.submitted(), desk.submitted()
    run = tried(desk, "sign_first_review", [first.number, second.number], "leader")
    operations.withdraw(second, reason="放弃", actor=desk.cast.clerk, at=desk.now, version=None)
    run = carry_out(run, actor=desk.cast.leader, at=desk.now)
    assert outcomes(run) == [Outcome.DONE, Outcome.FAILED]
    assert states(first, second) == [State.COUNTY_REVIEW, State.WITHDRAWN]
    assert first.decisions.get().opinion == "属实"
    assert run.carried_out_at == desk.now


def test_four_eyes_hold_for_every_row(desk):
    case = desk.reviewed_first()
    case.participations.create(user=desk.cast.reviewer, part="investigation")
    run = tried(desk, "return", [case.number], "reviewer")
    assert outcomes(run) == [Outcome.REFUSED]


def test_what_lacks_papers_is_named_in_the_trial(desk):
    case = desk.draft(desk.person(own_cost="0"))
    run = tried(desk, "submit", [case.number], "clerk", "")
    assert outcomes(run) == [Outcome.REFUSED]
    assert run.rows.get().sentence


def test_the_same_run_does_nothing_the_second_time(desk):
    case = desk.submitted()
    run = done(desk, "sign_first_review", [case.number], "leader")
    before = StatusChange.objects.count()
    carry_out(run, actor=desk.cast.leader, at=desk.now)
    assert StatusChange.objects.count() == before
    assert outcomes(run) == [Outcome.DONE]


def test_another_person_neither_carries_out_nor_takes_back(desk):
    case = desk.submitted()
    run = tried(desk, "sign_first_review", [case.number], "leader")
    for operation in (carry_out, take_back_run):
        with pytest.raises(NotAllowed):
            operation(run, actor=desk.cast.second_leader, at=desk.now)
    with pytest.raises(Refused):
        take_back_run(run, actor=desk.cast.leader, at=desk.now)


@pytest.mark.parametrize(
    ("kind", "who", "make", "after"),
    [
        ("submit", "clerk", "draft", State.FIRST_REVIEW),
        ("sign_first_review", "leader", "submitted", State.COUNTY_REVIEW),
        ("return", "leader", "submitted", State.RETURNED),
        ("return", "reviewer", "reviewed_first", State.RETURNED),
    ],
)
def test_a_run_is_taken_back_to_where_every_case_was(desk, kind, who, make, after):
    case = getattr(desk, make)()
    before = case.state
    run = done(desk, kind, [case.number], who)
    assert states(case) == [after]
    run = take_back_run(run, actor=run.by, at=desk.now)
    assert outcomes(run) == [Outcome.TAKEN_BACK]
    assert states(case) == [before]
    with pytest.raises(Refused):
        carry_out(run, actor=run.by, at=desk.now)


def test_what_the_next_stage_has_touched_is_kept(desk):
    touched, free = desk.submitted(), desk.submitted()
    run = done(desk, "sign_first_review", [touched.number, free.number], "leader")
    operations.save_facts(
        touched,
        accepted(touched).kind,
        values={"note": "已核"},
        actor=desk.cast.reviewer,
        at=desk.now,
        version=None,
    )
    run = take_back_run(run, actor=desk.cast.leader, at=desk.now)
    assert outcomes(run) == [Outcome.KEPT, Outcome.TAKEN_BACK]
    assert states(touched, free) == [State.COUNTY_REVIEW, State.FIRST_REVIEW]
    assert accepted(touched).note == "已核"
    assert not free.fact_sheets.filter(kind="accepted").exists()


def test_a_case_that_was_taken_back_is_signed_again(desk):
    case = desk.submitted()
    run = done(desk, "sign_first_review", [case.number], "leader")
    take_back_run(run, actor=desk.cast.leader, at=desk.now)
    done(desk, "sign_first_review", [case.number], "leader")
    assert states(case) == [State.COUNTY_REVIEW]
    assert accepted(case).items.count() == 1


def test_only_the_last_step_of_oneself_is_taken_back(desk):
    case = desk.reviewed_first()
    for user in (desk.cast.second_leader, desk.cast.reviewer, desk.cast.clerk):
        with pytest.raises(NotAllowed):
            take_back(case, actor=user, at=desk.now, version=None)
    with pytest.raises(Stale):
        take_back(case, actor=desk.cast.leader, at=desk.now, version=case.version - 1)
    proposed = desk.proposed()
    with pytest.raises(NotAllowed):
        take_back(proposed, actor=desk.cast.reviewer, at=desk.now, version=None)


def awards(desk: Desk, count: int) -> list[str]:
    cases = [desk.agreed() for _n in range(count)]
    desk.certified()
    operations.close_due_notices(at=desk.now)
    return [Application.objects.get(pk=case.pk).award.number for case in cases]


def award_states(run: BulkRun) -> list[str]:
    return list(run.rows.order_by("position").values_list("award__state", flat=True))


def test_awards_are_held_released_and_both_taken_back(desk):
    numbers = awards(desk, 2)
    held = done(desk, "hold", numbers, "payer")
    assert award_states(held) == [AwardState.HELD] * 2
    take_back_run(held, actor=desk.cast.payer, at=desk.now)
    assert award_states(held) == [AwardState.DUE] * 2
    done(desk, "hold", numbers, "payer")
    desk.later(hours=1)
    released = done(desk, "release", numbers, "payer")
    assert award_states(released) == [AwardState.DUE] * 2
    take_back_run(released, actor=desk.cast.payer, at=desk.now)
    assert award_states(released) == [AwardState.HELD] * 2


def test_an_award_changed_since_is_not_released_again(desk):
    numbers = awards(desk, 1)
    run = done(desk, "hold", numbers, "payer")
    desk.later(hours=1)
    done(desk, "release", numbers, "second_payer")
    done(desk, "hold", numbers, "second_payer")
    run = take_back_run(run, actor=desk.cast.payer, at=desk.now)
    assert outcomes(run) == [Outcome.KEPT]


def test_awards_go_into_one_batch_that_is_taken_back_until_it_is_confirmed(desk):
    numbers = awards(desk, 2)
    run = done(desk, "batch", numbers, "payer")
    assert outcomes(run) == [Outcome.DONE] * 2
    assert run.batch is not None
    assert run.batch.lines.count() == 2
    carry_out(run, actor=desk.cast.payer, at=desk.now)
    assert Batch.objects.count() == 1
    take_back_run(run, actor=desk.cast.payer, at=desk.now)
    assert award_states(run) == [AwardState.DUE] * 2
    again = done(desk, "batch", numbers, "payer")
    assert again.batch is not None
    confirm_batch(again.batch, actor=desk.cast.second_payer, at=desk.now)
    again = take_back_run(again, actor=desk.cast.payer, at=desk.now)
    assert outcomes(again) == [Outcome.KEPT] * 2
    assert award_states(again) == [AwardState.BATCHED] * 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_do_every_row_once():
    desk = Desk()
    cases = [desk.submitted() for _n in range(3)]
    run = tried(desk, "sign_first_review", [case.number for case in cases], "leader")

    def press() -> object:
        return carry_out(run, actor=desk.cast.leader, at=desk.now)

    at_once(press, press)
    assert outcomes(run) == [Outcome.DONE] * 3
    assert StatusChange.objects.filter(action="sign_first_review").count() == 3


def test_id_numbers_from_a_wrong_column_are_not_kept(desk):
    given = [new_number(), "6228 4804 0256 4890 018", "331127-2026-00001-ABCD"]
    run = prepare_run("submit", given, actor=desk.cast.clerk, at=desk.now)
    kept = list(run.rows.order_by("position").values_list("number", flat=True))
    assert given[0] not in kept
    assert all("*" in number for number in kept[:2])
    assert kept[2] == given[2]


def test_agreed_cases_of_several_townships_go_on_a_notice_each_until_one_is_posted(desk):
    here, there, early = desk.agreed(), desk.agreed(), desk.proposed()
    Application.objects.filter(pk=there.pk).update(township=desk.cast.other_township)
    numbers = [here.number, there.number, early.number]
    run = tried(desk, "notice", numbers, "reviewer")
    assert outcomes(run) == [Outcome.READY, Outcome.READY, Outcome.REFUSED]
    assert not Notice.objects.exists()
    run = carry_out(run, actor=desk.cast.reviewer, at=desk.now)
    assert outcomes(run) == [Outcome.DONE, Outcome.DONE, Outcome.REFUSED]
    first, second = Notice.objects.order_by("id")
    assert [first.township, second.township] == [desk.cast.township, desk.cast.other_township]
    operations.post_notice(
        first, posted_on=desk.now.date(), place="公开栏", actor=desk.cast.clerk, at=desk.now
    )
    run = take_back_run(run, actor=desk.cast.reviewer, at=desk.now)
    assert outcomes(run) == [Outcome.KEPT, Outcome.TAKEN_BACK, Outcome.REFUSED]
    assert list(Notice.objects.order_by("id").values_list("state", flat=True)) == [
        "posted",
        "discarded",
    ]
    again = done(desk, "notice", [there.number], "reviewer")
    assert outcomes(again) == [Outcome.DONE]


def test_a_clerk_puts_only_the_chosen_cases_of_his_township_on_a_notice(desk):
    chosen, other = desk.agreed(), desk.agreed()
    run = done(desk, "notice", [chosen.number], "clerk")
    assert list(run.rows.get().notice.lines.values_list("application", flat=True)) == [chosen.pk]
    assert not other.notice_lines.exists()
    assert tried(desk, "notice", [other.number], "neighbour_clerk").rows.get().outcome == "refused"


def test_cases_given_to_a_reviewer_wait_for_him_alone_until_they_are_taken_back(desk):
    first, free, early = desk.reviewed_first(), desk.reviewed_first(), desk.submitted()
    ours, other = desk.cast.reviewer, desk.cast.second_reviewer
    with pytest.raises(Refused):
        tried(desk, "assign", [first.number], "approver")
    numbers = [first.number, early.number]
    run = done(desk, "assign", numbers, "approver", reviewer=other)
    assert outcomes(run) == [Outcome.DONE, Outcome.REFUSED]
    assert set(queue_for(ours)) == {free}
    assert set(queue_for(other)) == {first, free}
    for load in workload(desk.cast.approver, today=desk.now.date()):
        queue = queue_for(User.objects.get(full_name=load.name))
        assert load.open == queue.count(), load
    # Whoever stands in for him may act all the same.
    operations.propose(free, opinion="拟同意", actor=ours, at=desk.now, version=None)
    run = take_back_run(run, actor=desk.cast.approver, at=desk.now)
    assert outcomes(run) == [Outcome.TAKEN_BACK, Outcome.REFUSED]
    assert set(queue_for(ours)) == {first}
    assert list(first.assignments.values_list("reviewer", flat=True)) == [other.pk, None]


def test_nobody_is_given_a_case_he_may_not_review_and_none_is_lost_with_him(desk):
    case = desk.reviewed_first()
    case.participations.create(user=desk.cast.second_reviewer, part="investigation")
    for user in (desk.cast.second_reviewer, desk.cast.payer, desk.cast.outside_reviewer):
        run = tried(desk, "assign", [case.number], "reviewer", reviewer=user)
        assert outcomes(run) == [Outcome.REFUSED]
    done(desk, "assign", [case.number], "approver", reviewer=desk.cast.reviewer)
    third = make_user("third", Role.REVIEWER, agency=desk.cast.agency)
    assert set(queue_for(third)) == set()
    desk.cast.reviewer.groups.clear()
    assert set(queue_for(third)) == {case}
