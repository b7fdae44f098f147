"""What can be done to a recipient list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.registry.models import ListImport
from assistance.registry.operations import lists
from assistance.registry.operations.reconciling import open_reconciliation
from assistance.registry.permissions import may_work_on_lists, why_not_confirm_ends
from assistance.web.acts import Act, plain
from assistance.web.people.forms import BecauseForm
from assistance.web.recipients import forms

Stage = ListImport.Stage


def _in_stages(*stages: str) -> Callable[[User, ListImport], bool]:
    def may(user: User, listing: ListImport) -> bool:
        return listing.stage in stages and may_work_on_lists(user, listing.agency_id)

    return may


def _may_apply(user: User, listing: ListImport) -> bool:
    ready = listing.stage == Stage.PREVIEWED and not listing.needs_second_person
    return ready and may_work_on_lists(user, listing.agency_id)


def _may_reconcile(user: User, listing: ListImport) -> bool:
    compared = listing.is_full and listing.stage in {Stage.PREVIEWED, Stage.APPLIED}
    compared = compared and not listing.source.is_of_insured
    return compared and may_work_on_lists(user, listing.agency_id)


def _may_confirm(user: User, listing: ListImport) -> bool:
    waits = listing.stage == Stage.PREVIEWED and listing.needs_second_person
    return waits and why_not_confirm_ends(user, listing) is None


def _name_columns(listing: ListImport, *, actor: User, at: datetime, **headings: str) -> object:
    return lists.choose_columns(listing, headings=headings, actor=actor, at=at)


def _ended(listing: ListImport) -> dict[str, int]:
    return {"ended": listing.counts.get("ended", 0)}


LIST_ACTS: tuple[Act[ListImport], ...] = (
    Act(
        url_name="apply_list",
        path="apply/",
        title=_("Apply"),
        done=_("The list is being applied."),
        form=plain(forms.ApplyForm),
        may=_may_apply,
        run=lists.apply_list,
        hint=_("Everything that is new, changed, moved or ended and was not left out, at once."),
    ),
    Act(
        url_name="confirm_ends",
        path="confirm/",
        title=_("Confirm the ends"),
        done=_("Confirmed; the reviewer can apply the list."),
        form=plain(forms.ConfirmEndsForm, _ended),
        may=_may_confirm,
        run=lists.confirm_ends,
        hint=_("The list ends more people than usual. Look at them before you stand for it."),
    ),
    Act(
        url_name="name_columns",
        path="columns/",
        title=_("Name the columns"),
        done=_("The file is being read again."),
        form=forms.ColumnsForm,
        may=_in_stages(Stage.MAPPING, Stage.PREVIEWED),
        run=_name_columns,
        hint=_("It is remembered for the next file of this source."),
    ),
    Act(
        url_name="compare_again",
        path="compare/",
        title=_("Compare again"),
        done=_("The list is being compared again."),
        form=plain(forms.CompareForm),
        may=_in_stages(Stage.PREVIEWED),
        run=lists.compare_again,
        hint=_("Rows that were left out are in again, and a confirmation lapses."),
    ),
    Act(
        url_name="reconcile_list",
        path="reconcile/",
        title=_("Reconcile"),
        done=_("The differences are kept: decide them under “Reconciliations”."),
        form=plain(forms.ReconcileForm),
        may=_may_reconcile,
        run=open_reconciliation,
        hint=_("Every half-year: who stands only here, only there or differs, decided and signed."),
    ),
    Act(
        url_name="discard_list",
        path="discard/",
        title=_("Discard"),
        done=_("The list is discarded; nothing was changed."),
        form=plain(BecauseForm),
        may=_in_stages(*ListImport.OPEN),
        run=lists.discard_list,
        danger=True,
    ),
    Act(
        url_name="undo_list",
        path="undo/",
        title=_("Undo"),
        done=_("The list is undone: every recognition is as it was before."),
        form=plain(BecauseForm),
        may=_in_stages(Stage.APPLIED),
        run=lists.undo_list,
        hint=_("Possible while nothing is built on it. People it brought stay registered."),
        danger=True,
    ),
)
