"""What can be done to awards, batches and fund accounts: which form, which operation, who is offered it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.payments import operations
from assistance.payments.models import Award, Batch, BatchLine, FundYear, LedgerTransaction
from assistance.payments.permissions import (
    may_bounce,
    may_budget,
    may_change_account,
    may_change_batch,
    may_confirm_batch,
    may_hold,
    may_read_return,
    may_reissue,
    may_unhold,
)
from assistance.payments.queries import batch_total
from assistance.payments.states import UNSENT_AWARDS, LineOutcome
from assistance.registry.ties import is_close
from assistance.web.acts import Act, plain
from assistance.web.payments import forms
from assistance.web.people.forms import BecauseForm

Kind = LedgerTransaction.Kind
# What `budget` books and `take_back_budget` takes back.
GIVEN = frozenset({Kind.BUDGET, Kind.TOP_UP, Kind.CARRY_OVER})


def _may_move(user: User, award: Award) -> bool:
    return award.state in UNSENT_AWARDS and may_budget(user, award.fund_year)


def _may_drop(user: User, line: BatchLine) -> bool:
    mine = may_change_batch(user, line.batch) and not is_close(user, line.award.person_id)
    return line.outcome == LineOutcome.PENDING and mine


def _drop(line: BatchLine, *, reason: str, actor: User, at: datetime) -> object:
    return operations.drop_line(line.batch, line, reason=reason, actor=actor, at=at)


def _read(
    batch: Batch, *, file: UploadedFile[Any], is_new_answer: bool, actor: User, at: datetime
) -> object:
    return operations.read_return(
        batch,
        content=file.read(),
        filename=file.name or "",
        is_new_answer=is_new_answer,
        actor=actor,
        at=at,
    )


def _move(award: Award, *, fund_year: FundYear, actor: User, at: datetime) -> object:
    return operations.move_to_fund_year(award, fund_year, actor=actor, at=at)


def _may_take_back(user: User, entry: LedgerTransaction) -> bool:
    """A sum that came in and has not been taken back."""
    if entry.kind not in GIVEN or entry.reference.endswith(":out"):
        return False
    taken = LedgerTransaction.objects.filter(reference=f"{entry.reference}:back")
    return may_budget(user, entry.fund_year) and not taken.exists()


def _seen_total(batch: Batch) -> dict[str, Decimal]:
    return {"total": batch_total(batch)}


AWARD_ACTS: tuple[Act[Award], ...] = (
    Act(
        url_name="reissue_award",
        path="reissue/",
        title=_("Reissue"),
        done=_("The award is due again."),
        form=forms.ReissueForm,
        may=may_reissue,
        run=operations.reissue,
        hint=_(
            "An account that the bank refused is retired, entered anew and checked by another person first."
        ),
    ),
    Act(
        url_name="unhold_award",
        path="release/",
        title=_("Let it be paid"),
        done=_("The award is due."),
        form=plain(forms.ReleaseForm),
        may=may_unhold,
        run=operations.unhold_award,
    ),
    Act(
        url_name="change_award_account",
        path="account/",
        title=_("Change the account"),
        done=_("The account is changed."),
        form=forms.AwardAccountForm,
        may=may_change_account,
        run=operations.change_account,
        hint=_(
            "The township or the window enters the new account, another person checks it; whoever did "
            "either does not point the award to it."
        ),
    ),
    Act(
        url_name="move_award",
        path="fund-year/",
        title=_("Move to another fund year"),
        done=_("The award is paid out of the later fund account."),
        form=forms.MoveYearForm,
        may=_may_move,
        run=_move,
        hint=_("Its money is released in the old account and set aside in the new one."),
    ),
    Act(
        url_name="hold_award",
        path="hold/",
        title=_("Hold"),
        done=_("The award is held."),
        form=plain(BecauseForm),
        may=may_hold,
        run=operations.hold_award,
        danger=True,
    ),
)
BATCH_ACTS: tuple[Act[Batch], ...] = (
    Act(
        url_name="confirm_batch",
        path="confirm/",
        title=_("Confirm the batch"),
        done=_("The batch is confirmed; the bank file can be handed out."),
        form=plain(forms.ConfirmForm, _seen_total),
        may=may_confirm_batch,
        run=operations.confirm_batch,
        hint=_("Compare every line with its papers, and the sum, before you confirm."),
    ),
    Act(
        url_name="read_return",
        path="return/",
        title=_("Read the return file"),
        done=_("The bank's answer is booked."),
        form=forms.ReturnForm,
        may=may_read_return,
        run=_read,
        hint=_(
            "Columns: 序号, 姓名, 账号, 金额, 结果 (成功 or 失败), 原因. "
            "A row that does not match its line refuses the whole file."
        ),
    ),
    Act(
        url_name="discard_batch",
        path="discard/",
        title=_("Discard the batch"),
        done=_("The batch is discarded; its awards are due again."),
        form=plain(BecauseForm),
        may=may_change_batch,
        run=operations.discard_batch,
        danger=True,
    ),
)
DROP_LINE: Act[BatchLine] = Act(
    url_name="drop_batch_line",
    path="lines/<int:line_id>/drop/",
    title=_("Take out the line"),
    done=_("The line is out of the batch; its award is held."),
    form=plain(BecauseForm),
    may=_may_drop,
    run=_drop,
    danger=True,
)
BOUNCE_LINE: Act[BatchLine] = Act(
    url_name="bounce_line",
    path="lines/<int:line_id>/bounce/",
    title=_("Record that the payment came back"),
    done=_("Recorded: the award has failed and can be paid again to a mended account."),
    form=plain(forms.BounceForm),
    may=may_bounce,
    run=operations.bounce,
    hint=_(
        "Only when the bank has sent the money back to the fund account after it was paid. The batch stays "
        "closed; the money stands reserved again."
    ),
    danger=True,
)
FUND_ACTS: tuple[Act[FundYear], ...] = (
    Act(
        url_name="book_budget",
        path="budget/",
        title=_("Book budget, top-up or carry-over"),
        done=_("The money is booked."),
        form=plain(forms.BudgetForm),
        may=may_budget,
        run=operations.budget,
        hint=_("A carry-over is taken out of the account of the year before, where there is one."),
    ),
)
TAKE_BACK: Act[LedgerTransaction] = Act(
    url_name="take_back_budget",
    path="entries/<int:entry_id>/take-back/",
    title=_("Take back the entry"),
    done=_("The entry is taken back."),
    form=plain(BecauseForm),
    may=_may_take_back,
    run=operations.take_back_budget,
    hint=_("An entry of exactly the negative amounts is booked; both stay in the statement."),
    danger=True,
)
