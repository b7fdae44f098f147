"""Who is owed what, and what stands in the way of paying it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.accounts.scope import scope_of
from assistance.payments.bank_files import is_account_number, is_clean_cell
from assistance.payments.models import Award, AwardChange, FundYear, HeirClaim
from assistance.payments.permissions import AWARD_READERS
from assistance.payments.states import AwardState
from assistance.registry.models import AccountReason, BankAccount, Person
from assistance.registry.queries import same_human


def awards_visible_to(user: User) -> QuerySet[Award]:
    """Awards the user may read, with person, account and fund year; newest first."""
    rows = Award.objects.select_related(
        "person__township", "account", "fund_year", "agency", "claim"
    )
    if not user.has_role(*AWARD_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township="person__township").order_by("-id")


def due_awards(agency: Agency, programme: str) -> QuerySet[Award]:
    """What the agency owes now and may draw up a batch of: by fund account, longest waiting first."""
    return (
        Award.objects.filter(agency=agency, programme=programme, state=AwardState.DUE)
        .select_related("person__township", "account", "fund_year__source", "agency", "claim")
        .order_by("fund_year__source", "state_since", "id")
    )


def award_history(award: Award) -> QuerySet[AwardChange]:
    return award.changes.select_related("by").order_by("id")


def account_problem(account: BankAccount | None, person: Person) -> str | None:
    """Why no money may go to this account for this person, as a sentence; None when it may."""
    if account is None:
        return _("No bank account has been chosen.")
    if account.person_id != person.pk and not same_human(account.person, person):
        return _("The bank account belongs to somebody else's record.")
    if account.retired_at is not None:
        return _("The bank account is no longer used.")
    if account.checked_at is None:
        return _("The bank account has not been checked by a second person yet.")
    clean = is_clean_cell(account.holder_name) and is_clean_cell(account.bank)
    if not clean or not is_account_number(account.number):
        return _(
            "Account holder, bank or account number contain characters that a bank file cannot carry."
        )
    return None


def obstacle(award: Award) -> str | None:
    """Why the award cannot be paid as things stand, as a sentence; None when it can."""
    account, died_on = award.account, award.person.died_on
    if died_on is None:
        if account is not None and account.reason == AccountReason.HEIR:
            return _("The account is that of an heir, but the person is alive.")
        return account_problem(account, award.person)
    if award.claim is None:
        return _("The person died on %(died)s: the money may not go to the old account.") % {
            "died": died_on.isoformat()
        }
    if account is None or not _is_payees(account, award.claim):
        return _(
            "The person has died: only the account of %(payee)s, as the heirs claimed, is paid."
        ) % {"payee": award.claim.payee_name}
    return account_problem(account, award.person)


def _is_payees(account: BankAccount, claim: HeirClaim) -> bool:
    """The account that was claimed and compared with the card, or the same number entered anew.

    Two heirs of one name are two people: the holder's name alone says nothing.
    """
    if account.pk == claim.account_id:
        return True
    same = bytes(account.number_digest) == bytes(claim.account.number_digest)
    return same and account.reason == AccountReason.HEIR


def stopped(award: Award) -> str | None:
    """What became known about the award and waits for a person, as a sentence; None when nothing does."""
    reasons = [stop.reason for stop in award.stops.all() if stop.lifted_at is None]
    if not reasons:
        return None
    return _("Stopped: %(reasons)s Whoever approves the case has to decide first.") % {
        "reasons": " ".join(reasons)
    }


def wrong_year(fund_year: FundYear, *, at: datetime) -> str | None:
    """Why money of this fund year cannot be paid at `at`: the ledger belongs to the year of payment."""
    year = localdate(at).year
    if fund_year.year == year:
        return None
    return _(
        "This money is reserved in the fund account of %(fund)s, but a payment now belongs to %(year)s. "
        "The fund supervisor has to move it to the account of %(year)s first."
    ) % {"fund": fund_year.year, "year": year}
