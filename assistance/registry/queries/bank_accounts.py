from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.models import BankAccount, Person
from assistance.registry.numbers import account_digest, account_number, card_is_mistyped, is_card
from assistance.shared.errors import Refused


def usable_accounts(person: Person) -> QuerySet[BankAccount]:
    """Accounts money may go to: checked by a second person, still in use; cards first, newest first."""
    accounts = person.bank_accounts.filter(checked_at__isnull=False, retired_at__isnull=True)
    return accounts.order_by("-is_social_security_card", "-checked_at", "-id")


def accounts_with_number(user: User, number: str) -> QuerySet[BankAccount]:
    """Accounts of the user's scope with this full number, retired ones too."""
    accounts = BankAccount.objects.select_related("person")
    visible = scope_of(user).filter(accounts, agency="person__agency", township="person__township")
    try:
        digest = account_digest(account_number(number))
    except Refused:
        return visible.none()
    return visible.filter(number_digest=digest).order_by("person__pinyin_key", "id")


def account_warnings(account: BankAccount) -> list[str]:
    """What whoever checks the account should look at, as sentences. None of it forbids the account.

    A passbook account of a rural cooperative is not a card, so a failed check digit is no proof.
    """
    warnings = []
    if card_is_mistyped(account.number):
        warnings.append(_("The check digit of the card number is wrong. Compare it with the card."))
    elif not is_card(account.number):
        warnings.append(_("This is not the number of a bank card. Compare it with the passbook."))
    if account.holder_name != account.person.name:
        warnings.append(
            _("The holder is not the person: %(reason)s")
            % {"reason": account.holder_reason or _("no reason given")}
        )
    others = _other_people(account)
    if others:
        warnings.append(
            _("The same account is used by other people; their number is %(count)d.")
            % {"count": others}
        )
    return warnings


def _other_people(account: BankAccount) -> int:
    same = BankAccount.objects.filter(
        number_digest=bytes(account.number_digest), retired_at__isnull=True
    )
    return same.exclude(person=account.person_id).values("person").distinct().count()
