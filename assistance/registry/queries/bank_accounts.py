from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.models import BankAccount, Person
from assistance.registry.numbers import account_digest, account_number, card_is_mistyped, is_card
from assistance.registry.queries.households import household_of
from assistance.registry.queries.records import held_by, records
from assistance.shared.errors import Refused


def usable_accounts(person: Person) -> QuerySet[BankAccount]:
    """Accounts money may go to: checked by a second person, still in use; cards first, newest first."""
    accounts = held_by(BankAccount.objects.all(), person)
    accounts = accounts.filter(checked_at__isnull=False, retired_at__isnull=True)
    return accounts.order_by("-is_social_security_card", "-checked_at", "-id")


def newest_card(person: Person) -> BankAccount | None:
    """The social-security card in use that was entered last, checked or not."""
    cards = BankAccount.objects.filter(retired_at=None, is_social_security_card=True)
    return held_by(cards, person).order_by("id").last()


def accounts_with_number(user: User, number: str) -> QuerySet[BankAccount]:
    """Accounts of the user's scope with this full number, retired ones too."""
    accounts = BankAccount.objects.select_related("person")
    visible = scope_of(user).filter(accounts, agency="person__agency", township="person__township")
    try:
        digest = account_digest(account_number(number))
    except Refused:
        return visible.none()
    return visible.filter(number_digest=digest).order_by("person__pinyin_key", "id")


def account_warnings(account: BankAccount, user: User) -> list[str]:
    """What whoever checks or pays should look at, as sentences for `user`. None of it forbids the account.

    A passbook account of a rural cooperative is not a card, so a failed check digit is no proof. Of other
    people with the same account only those of the user's scope are named.
    """
    warnings = []
    if card_is_mistyped(account.number):
        warnings.append(_("The check digit of the card number is wrong. Compare it with the card."))
    elif not is_card(account.number):
        warnings.append(_("This is not the number of a bank card. Compare it with the passbook."))
    if not account.is_social_security_card:
        warnings.append(_not_the_card(account))
        if account.paper_id is None:
            warnings.append(_("No paper is kept for this other account."))
    return [*warnings, *shared_with(account, user)]


def _not_the_card(account: BankAccount) -> str:
    words = [str(account.get_reason_display()), account.holder_reason]
    reason = " · ".join(word for word in words if word)
    if account.holder_name != account.person.name:
        return _("The holder is not the person: %(reason)s") % {"reason": reason}
    return _("This is not the patient's social-security card: %(reason)s") % {"reason": reason}


def shared_with(account: BankAccount, user: User) -> list[str]:
    """Who else is paid to the same account: people of the user's scope by name, the others by number."""
    same = BankAccount.objects.filter(
        number_digest=bytes(account.number_digest), retired_at__isnull=True
    ).exclude(person__in=records(account.person).values("pk"))
    people = Person.objects.filter(pk__in=same.values("person")).order_by("pinyin_key", "id")
    named = list(scope_of(user).filter(people))
    outside = people.count() - len(named)
    sentences = []
    if named:
        names = ", ".join(_with_relation(account.person, named))
        sentences.append(_("The same account is used for %(names)s.") % {"names": names})
    if outside:
        sentences.append(
            ngettext(
                "The same account is used for %(count)d person outside your area.",
                "The same account is used for %(count)d people outside your area.",
                outside,
            )
            % {"count": outside}
        )
    return sentences


def _with_relation(person: Person, others: list[Person]) -> list[str]:
    """Names, with the relation in the household of those who share it with the person."""
    members = {row.person_id: row.get_relation_display() for row in household_of(person)}
    return [
        _("%(name)s (same household: %(relation)s)")
        % {"name": other.name, "relation": members[other.pk]}
        if other.pk in members
        else _("%(name)s (another household)") % {"name": other.name}
        for other in others
    ]
