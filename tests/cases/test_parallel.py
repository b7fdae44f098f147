"""Two people at once, in real parallel transactions: one wins, nothing is booked twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from assistance.cases import operations
from assistance.cases.models import (
    Application,
    BulkRun,
    EvidenceKind,
    FormDraft,
    NoticeLine,
    StatusChange,
)
from assistance.cases.operations.closing import close_due_notices
from assistance.cases.queries import draft_of
from assistance.cases.states import State
from assistance.entitlements.models import Bucket, Entry
from assistance.entitlements.queries import granted
from assistance.payments.models import Award, LedgerTransaction
from assistance.payments.operations import budget, move_to_fund_year
from assistance.payments.operations.ledger import lock_fund_years
from assistance.payments.queries import available
from assistance.payments.states import AwardState
from assistance.shared.errors import Refused
from tests.factories.cases import YEAR, Desk, noon
from tests.factories.files import upload
from tests.factories.registry import make_bill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Run the steps in threads that start together; "done" or the name of the refusal, per step."""
    barrier = threading.Barrier(len(steps))
    outcomes = [""] * len(steps)

    def run(position: int, step: Callable[[], object]) -> None:
        try:
            barrier.wait()
            step()
            outcomes[position] = "done"
        except Refused as refused:
            outcomes[position] = type(refused).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def _submit(desk: Desk, case: Application, version: int | None) -> Callable[[], object]:
    return lambda: operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=version)


def _agree(desk: Desk, case: Application, actor, version: int | None = None):
    return lambda: operations.agree(case, opinion="", actor=actor, at=desk.now, version=version)


def test_double_submit_moves_once(desk):
    case = desk.draft()
    outcomes = at_once(_submit(desk, case, case.version), _submit(desk, case, case.version))
    assert sorted(outcomes) == ["Stale", "done"]
    assert StatusChange.objects.filter(to_state=State.FIRST_REVIEW).count() == 1


def test_two_drafts_of_one_person_and_year_submitted_at_once(desk):
    first = desk.draft()
    second = desk.draft(first.person)
    outcomes = at_once(_submit(desk, first, None), _submit(desk, second, None))
    assert sorted(outcomes) == ["Refused", "done"]
    assert Application.objects.filter(state=State.FIRST_REVIEW).count() == 1


def test_two_approvers_book_once(desk):
    case = desk.proposed()
    cast = desk.cast
    version = case.version
    assert cast.second_approver
    outcomes = at_once(
        _agree(desk, case, cast.approver, version),
        _agree(desk, case, cast.second_approver, version),
    )
    assert sorted(outcomes) == ["Stale", "done"]
    assert Entry.objects.count() == 1
    assert available(desk.fund) == Decimal("975000.00")


def test_approvals_at_once_never_exceed_the_balance():
    desk = Desk(money="40000.00")
    cases = [desk.proposed(), desk.proposed()]
    outcomes = at_once(*(_agree(desk, case, desk.cast.approver) for case in cases))
    assert outcomes == ["done", "done"]
    states = set(Application.objects.values_list("state", flat=True))
    assert states == {State.PUBLICITY, State.WAITING_FUNDS}
    assert available(desk.fund) == Decimal("15000.00")
    assert Entry.objects.count() == 1


def test_bill_typed_during_agreement_never_changes_what_is_booked(desk):
    """Whoever gets the person-year first goes first; what is booked is what was proposed, or nothing."""
    case = desk.proposed()
    outcomes = at_once(
        _agree(desk, case, desk.cast.approver),
        lambda: make_bill(case.person, "20000.00", at=desk.now),
    )
    assert outcomes[1] == "done"
    booked = {"done": Decimal("25000.00"), "Refused": Decimal(0)}[outcomes[0]]
    assert granted(case.person, YEAR, Bucket.JINGNING) == booked


def test_two_sweepers_award_once(desk):
    case = desk.agreed()
    desk.certified()
    at_once(lambda: close_due_notices(at=desk.now), lambda: close_due_notices(at=desk.now))
    case.refresh_from_db()
    assert case.state == State.APPROVED
    assert Award.objects.count() == 1
    assert StatusChange.objects.filter(to_state=State.APPROVED).count() == 1


def test_two_people_draw_up_a_notice_at_once(desk):
    desk.agreed()

    def draw() -> object:
        return operations.draw_up_notice(
            desk.cast.township,
            agency=desk.cast.agency,
            programme="jn21",
            actor=desk.cast.clerk,
            at=desk.now,
        )

    assert sorted(at_once(draw, draw)) == ["Refused", "done"]


def test_reopening_a_moved_award_waits_for_the_year_it_is_in_alone(desk):
    """It holds a later fund year when it looks at the earlier one: waiting there would be a deadlock."""
    case = desk.approved()
    old = case.award.fund_year
    desk.now = noon(date(2027, 1, 6))
    later = desk._fund("1000.00")
    budget(
        later,
        kind=LedgerTransaction.Kind.TOP_UP,
        amount=Decimal("100000.00"),
        reference="top-up",
        actor=desk.cast.fund,
        at=desk.now,
    )
    move_to_fund_year(case.award, later, actor=desk.cast.fund, at=desk.now)
    held, done = threading.Event(), threading.Event()

    def hold_the_earlier_year() -> None:
        try:
            with transaction.atomic():
                lock_fund_years(old)
                held.set()
                done.wait(timeout=20)
        finally:
            connection.close()

    holder = threading.Thread(target=hold_the_earlier_year)
    holder.start()
    try:
        assert held.wait(timeout=20)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
            operations.reopen(
                case, reason="重核", actor=desk.cast.approver, at=desk.now, version=None
            )
    finally:
        done.set()
        holder.join(timeout=20)
    assert available(later) == Decimal("101000.00")


def test_evidence_sent_twice_is_one_paper(desk):
    case = desk.draft()
    before = case.evidence.count()

    def send() -> object:
        return operations.add_evidence(
            case,
            kind=EvidenceKind.OTHER,
            papers=[upload()],
            original="seen",
            actor=desk.cast.clerk,
            at=desk.now,
        )

    assert at_once(send, send) == ["done", "done"]
    assert case.evidence.count() == before + 1
    assert case.evidence.latest("id").originals.count() == 1


def test_a_draft_saved_by_two_windows_is_one_draft_of_either(desk):
    case, user = desk.draft(), desk.cast.clerk

    def save(note: str) -> Callable[[], object]:
        values = {"note": note}
        return lambda: operations.save_draft(user, "facts", case.number, values=values, at=desk.now)

    for notes in (("一", "二"), ("三", "四")):
        assert at_once(*map(save, notes)) == ["done", "done"]
        kept = draft_of(user, "facts", case.number)
        assert kept is not None
        assert kept.values["note"] in notes
    assert FormDraft.objects.count() == 1


def test_an_error_reported_while_the_notice_is_closed_lets_nothing_be_paid(desk):
    """Either the report comes first and nothing is awarded, or the award is stopped."""
    case = desk.agreed()
    desk.certified()
    reviewer = desk.cast.reviewer

    def report() -> object:
        words = {"kind": "figures", "finding": "重复计入", "version": None}
        return operations.report_error(case, **words, actor=reviewer, at=desk.now)

    closing = at_once(report, lambda: close_due_notices(at=desk.now))
    assert closing == ["done", "done"]
    case = Application.objects.get(pk=case.pk)
    assert not Award.objects.filter(state=AwardState.DUE, stops=None).exists()
    assert (case.award is None) == (case.state == State.PUBLICITY)


def test_a_correction_ordered_while_the_notice_is_closed_books_nothing_in_the_end(desk):
    case = desk.agreed()
    desk.certified()
    words = {"kind": "figures", "finding": "重复计入", "version": None}
    operations.report_error(case, **words, actor=desk.cast.reviewer, at=desk.now)
    approver = desk.cast.approver

    def order() -> object:
        return operations.order_correction(
            case, opinion="更正", actor=approver, at=desk.now, version=None
        )

    def close() -> object:
        return close_due_notices(at=desk.now)

    assert at_once(order, close, close) == ["done", "done", "done"]
    case.refresh_from_db()
    assert (case.state, case.award) == (State.COUNTY_REVIEW, None)
    assert granted(case.person, YEAR, Bucket.JINGNING) == 0
    assert available(desk.fund) == Decimal("1000000.00")
    assert not Award.objects.exists()


def test_two_notices_of_the_same_cases_by_two_runs_at_once(desk):
    """A case stands on one notice; the other run says so for its row."""
    cases = [desk.agreed(), desk.agreed()]
    numbers, actors = [case.number for case in cases], (desk.cast.clerk, desk.cast.reviewer)
    runs = [operations.prepare_run("notice", numbers, actor=actor, at=desk.now) for actor in actors]

    def carry(run: BulkRun) -> Callable[[], object]:
        return lambda: operations.carry_out(run, actor=run.by, at=desk.now)

    assert at_once(*map(carry, runs)) == ["done", "done"]
    outcomes = sorted(run.rows.values_list("outcome", flat=True).distinct().get() for run in runs)
    assert outcomes == ["done", "failed"]
    assert NoticeLine.objects.count() == 2
