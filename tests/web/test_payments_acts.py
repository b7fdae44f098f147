"""The payment road on screen: batch by two people, bank file, answer; awards mended; the year's money."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from assistance.payments.models import Award, Batch, FundYear, LedgerAccount
from assistance.payments.queries import balances, batch_file
from assistance.payments.states import AwardState, BatchState
from assistance.registry.models import AccessLog
from assistance.registry.operations import record_death
from tests.factories.accounts import Cast
from tests.factories.payments import (
    AT,
    make_award,
    make_batch,
    make_checked_account,
    make_fund_year,
    read_answer,
    return_file,
    return_rows,
)


@pytest.fixture
def cast(db) -> Cast:
    cast = Cast()
    assert cast.agency.pk != cast.outside_agency.pk
    return cast


@pytest.fixture
def fund_year(cast) -> FundYear:
    return make_fund_year(cast, year=localdate().year)


@pytest.fixture
def award(cast, fund_year) -> Award:
    return make_award(cast, fund_year)


@pytest.fixture
def do(as_user):
    """Post an act as somebody; the answer."""

    def post(user, act, *args, **given):
        return as_user(user).post(reverse(act, args=args), given)

    return post


def errors(response) -> list[str]:
    assert response.status_code == 422
    return [str(error) for found in response.context["form"].errors.values() for error in found]


def upload(batch, **answers) -> SimpleUploadedFile:
    return SimpleUploadedFile("return.csv", return_file(return_rows(batch, **answers)))


def test_a_batch_is_drawn_up_of_what_was_ticked(cast, do, award, fund_year):
    make_award(cast, fund_year)
    response = do(cast.payer, "draw_up_batch", award=[award.pk])
    batch = Batch.objects.get()
    assert response.headers["Location"] == f"/batches/{batch.number}/"
    assert [line.award for line in batch.lines.all()] == [award]


def test_a_batch_names_the_award_that_somebody_else_has_taken(cast, do, award, fund_year):
    other = make_award(cast, fund_year)
    make_batch(cast, [award])
    response = do(cast.payer, "draw_up_batch", award=[award.pk, other.pk])
    (error,) = errors(response)
    assert error.startswith(f"{award.number}: ")
    assert response.context["chosen"] == {str(award.pk), str(other.pk)}
    assert Batch.objects.count() == 1


def test_nothing_ticked_is_refused(cast, do, award):
    assert len(errors(do(cast.payer, "draw_up_batch"))) == 1


@pytest.mark.parametrize("who", ["fund", "reviewer", "auditor", "clerk", "administrator"])
def test_only_payment_officers_draw_up_batches(cast, as_user, do, award, who):
    user = getattr(cast, who)
    assert as_user(user).get("/batches/draw-up/").status_code == 403
    assert do(user, "draw_up_batch", award=[award.pk]).status_code == 403


def test_another_officer_confirms(cast, do, as_user, award):
    batch = make_batch(cast, [award])
    address = reverse("confirm_batch", args=[batch.number])
    assert as_user(cast.payer).get(address).status_code == 403
    assert as_user(cast.payer).get(f"/batches/{batch.number}/").context["why_not_confirm"] != ""
    assert len(errors(do(cast.payer, "confirm_batch", batch.number, total="7500.00"))) == 1
    shown = as_user(cast.second_payer).get(address).context["form"].initial
    assert do(cast.second_payer, "confirm_batch", batch.number, **shown).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_by) == (BatchState.CONFIRMED, cast.second_payer)


def test_a_sum_that_has_changed_is_not_confirmed(cast, do, award):
    batch = make_batch(cast, [award])
    assert len(errors(do(cast.second_payer, "confirm_batch", batch.number, total="9.00"))) == 1


def test_a_death_since_is_named_before_confirming(cast, do, as_user, award):
    batch = make_batch(cast, [award])
    record_death(award.person, died_on=localdate(), actor=cast.clerk, at=AT.now(AT.tzinfo))
    (row,) = as_user(cast.payer).get(f"/batches/{batch.number}/").context["lines"]
    assert row["problem"] is not None
    assert len(errors(do(cast.second_payer, "confirm_batch", batch.number, total="7500.00"))) == 1


def test_a_line_is_taken_out_and_the_rest_discarded(cast, do, award, fund_year):
    batch = make_batch(cast, [award, make_award(cast, fund_year)])
    first = batch.lines.get(award=award)
    assert (
        do(cast.payer, "drop_batch_line", batch.number, first.pk, reason="存疑").status_code == 302
    )
    award.refresh_from_db()
    assert (award.state, award.state_reason) == (AwardState.HELD, "存疑")
    again = do(cast.payer, "drop_batch_line", batch.number, first.pk, reason="存疑")
    assert len(errors(again)) == 1
    assert do(cast.payer, "discard_batch", batch.number, reason="重做").status_code == 302
    batch.refresh_from_db()
    assert batch.state == BatchState.DISCARDED


def test_the_same_file_is_handed_out_again(cast, do, award):
    batch = make_batch(cast, [award], confirmed=True)
    files = [do(cast.payer, "hand_out_file", batch.number) for _twice in range(2)]
    assert {file.content for file in files} == {batch_file(batch)}
    assert files[0].headers["Content-Disposition"] == f'attachment; filename="{batch.number}.csv"'
    assert AccessLog.objects.filter(kind="bank_file").count() == 2
    batch.refresh_from_db()
    assert batch.state == BatchState.SENT


def test_an_unconfirmed_batch_gives_no_file(cast, do, award):
    batch = make_batch(cast, [award])
    response = do(cast.payer, "hand_out_file", batch.number)
    assert response.headers["Location"] == f"/batches/{batch.number}/"
    assert not AccessLog.objects.exists()


def test_the_file_is_not_handed_out_by_following_a_link(cast, as_user, award):
    batch = make_batch(cast, [award], confirmed=True)
    address = reverse("hand_out_file", args=[batch.number])
    assert as_user(cast.payer).get(address).status_code == 405


def test_the_answer_is_read(cast, do, as_user, award, fund_year):
    second = make_award(cast, fund_year)
    batch = make_batch(cast, [award, second], sent=True)
    answer = upload(batch, failed={2: "账户已销户"})
    assert do(cast.payer, "read_return", batch.number, file=answer).status_code == 302
    states = list(Award.objects.order_by("pk").values_list("state", "state_reason"))
    assert states == [("paid", ""), ("failed", "账户已销户")]
    shown = as_user(cast.payer).get(f"/batches/{batch.number}/").context["batch"]
    assert (shown.paid_count, shown.failed_count, shown.pending_count) == (1, 1, 0)


def test_a_wrong_answer_names_its_rows_and_changes_nothing(cast, do, award, fund_year):
    batch = make_batch(cast, [award, make_award(cast, fund_year)], sent=True)
    wrong = return_rows(batch)
    wrong[0][3], wrong[1][4] = "1.00", "也许"
    file = SimpleUploadedFile("return.csv", return_file(wrong))
    found = errors(do(cast.payer, "read_return", batch.number, file=file))
    assert found != []
    assert set(Award.objects.values_list("state", flat=True)) == {"sent"}


def test_the_same_answer_is_read_once(cast, do, award):
    batch = make_batch(cast, [award], sent=True)
    answer = return_file(return_rows(batch))
    for status in (302, 422):
        file = SimpleUploadedFile("return.csv", answer)
        assert do(cast.payer, "read_return", batch.number, file=file).status_code == status


def test_an_answer_that_was_read_for_another_batch_is_asked_about(cast, do, award, fund_year):
    answer = return_file(return_rows(make_batch(cast, [award], sent=True)))
    given = {"person": award.person, "account": award.account}
    again = make_batch(cast, [make_award(cast, fund_year, award.amount, **given)], sent=True)

    def read(batch, **ticked):
        file = SimpleUploadedFile("return.csv", answer)
        return do(cast.payer, "read_return", batch.number, file=file, **ticked)

    assert read(Batch.objects.earliest("id")).status_code == 302
    refused = read(again)
    assert len(errors(refused)) == 1
    assert 'type="checkbox" name="is_new_answer"' in refused.content.decode()
    assert read(again, is_new_answer="on").status_code == 302


def test_an_award_is_held_and_let_go(cast, do, award):
    assert do(cast.payer, "hold_award", award.number, reason="核实").status_code == 302
    assert len(errors(do(cast.payer, "hold_award", award.number, reason="核实"))) == 1
    assert do(cast.payer, "unhold_award", award.number).status_code == 302
    award.refresh_from_db()
    assert award.state == AwardState.DUE


@pytest.mark.parametrize("act", ["hold_award", "change_award_account"])
def test_only_payment_officers_work_on_awards(cast, as_user, award, act):
    for who, status in (("payer", 200), ("clerk", 403), ("fund", 403), ("outside_payer", 404)):
        address = reverse(act, args=[award.number])
        assert as_user(getattr(cast, who)).get(address).status_code == status


def test_an_award_without_account_gets_one_and_is_let_go(cast, do, fund_year):
    award = make_award(cast, fund_year, without_account=True)
    assert len(errors(do(cast.payer, "unhold_award", award.number))) == 1
    account = make_checked_account(cast, award.person)
    given = {"account": account.pk, "reason": "other", "note": "本人到窗口更换"}
    changed = do(cast.payer, "change_award_account", award.number, **given)
    assert changed.status_code == 302
    assert do(cast.payer, "unhold_award", award.number).status_code == 302


def test_a_failed_payment_is_reissued_to_another_account(cast, do, award):
    batch = make_batch(cast, [award], sent=True)
    read_answer(batch, actor=cast.payer, failed={1: "账号有误"})
    same = do(cast.payer, "reissue_award", award.number, account=award.account_id)
    assert len(errors(same)) == 1
    account = make_checked_account(cast, award.person)
    assert do(cast.payer, "reissue_award", award.number, account=account.pk).status_code == 302
    award.refresh_from_db()
    assert (award.state, award.account) == (AwardState.DUE, account)


def test_an_award_moves_to_the_next_year(cast, do, award, fund_year):
    later = make_fund_year(cast, year=fund_year.year + 1)
    assert do(cast.fund, "move_award", award.number, fund_year=later.pk).status_code == 302
    award.refresh_from_db()
    assert award.fund_year == later
    assert len(errors(do(cast.fund, "move_award", award.number, fund_year=fund_year.pk))) == 1


def test_the_supervisor_opens_a_year_and_gives_it_money(cast, do):
    year = localdate().year
    opened = do(cast.fund, "open_fund_year", programme="jn21", year=year)
    fund_year = FundYear.objects.get()
    assert opened.headers["Location"] == f"/fund/{fund_year.pk}/"
    given = {"kind": "budget", "amount": "500000", "reference": "景财社〔2026〕9号"}
    for _twice in range(2):
        assert do(cast.fund, "book_budget", fund_year.pk, **given).status_code == 302
    assert str(balances(fund_year)[LedgerAccount.AVAILABLE]) == "500000.00"


def test_a_carry_over_above_what_is_left_is_refused(cast, do, fund_year):
    make_fund_year(cast, year=fund_year.year - 1)
    given = {"kind": "carry_over", "amount": "1000000.01", "reference": "结转1号"}
    assert len(errors(do(cast.fund, "book_budget", fund_year.pk, **given))) == 1


def test_a_budget_is_taken_back_once(cast, do, as_user, fund_year):
    entry = fund_year.transactions.get()
    address = reverse("take_back_budget", args=[fund_year.pk, entry.pk])
    assert as_user(cast.payer).get(address).status_code == 403
    assert (
        do(cast.fund, "take_back_budget", fund_year.pk, entry.pk, reason="重复").status_code == 302
    )
    assert balances(fund_year)[LedgerAccount.AVAILABLE] == 0
    assert as_user(cast.fund).get(address).status_code == 403


@pytest.mark.parametrize("who", ["payer", "reviewer", "approver", "city_supervisor"])
def test_only_the_supervisor_books(cast, as_user, do, fund_year, who):
    user = getattr(cast, who)
    assert as_user(user).get(reverse("book_budget", args=[fund_year.pk])).status_code == 403
    assert as_user(user).get("/fund/open/").status_code == 403
    given = {"kind": "budget", "amount": "1", "reference": "x"}
    assert len(errors(do(user, "book_budget", fund_year.pk, **given))) == 1


def test_the_ledger_check_says_that_all_agrees(cast, as_user, award, fund_year):
    response = as_user(cast.fund).get(reverse("check_ledger", args=[fund_year.pk]))
    assert response.context["problems"] == []
