"""What can be done to a person's record: which form, which operation, who is offered it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division, User
from assistance.payments.operations import follow_deaths
from assistance.registry import operations
from assistance.registry.models import (
    BankAccount,
    Enrolment,
    Person,
    RecipientSpan,
    Residence,
)
from assistance.registry.numbers import account_number
from assistance.registry.operations import Place
from assistance.registry.permissions import check_may_check_account, may_check_account, may_edit
from assistance.registry.queries import held_by
from assistance.settlements.models import OtherAid, Settlement
from assistance.settlements.operations import record_aid, reverse_bill, type_bill, void_aid
from assistance.settlements.permissions import may_record_aid, may_reverse_bill, may_type_bill
from assistance.settlements.queries import aid_history, bill_history
from assistance.shared.errors import Refused
from assistance.web.acts import plain
from assistance.web.forms.cases import NewAccountForm
from assistance.web.people import forms
from assistance.web.people.base import PersonAct, accounts_of, new_token


def _alive(user: User, person: Person) -> bool:
    return person.died_on is None and may_edit(user, person)


def _dead(user: User, person: Person) -> bool:
    return person.died_on is not None and may_edit(user, person)


def _standing(user: User, row: Any) -> bool:
    """A span that has not been voided."""
    return row.voided_at is None and may_edit(user, row.person)


def _open(user: User, row: Any) -> bool:
    return row.last_day is None and _standing(user, row)


def _in_use(user: User, account: BankAccount) -> bool:
    return account.retired_at is None and may_edit(user, account.person)


def _reversible(user: User, bill: Settlement) -> bool:
    counts = bill.reverses_id is None and not hasattr(bill, "reversed_by")
    return counts and may_reverse_bill(user, bill)


def _voidable(user: User, aid: OtherAid) -> bool:
    return aid.voided_at is None and may_record_aid(user, aid.person)


def _move(person: Person, *, township: Division, village: str, **given: Any) -> object:
    return operations.move_residence(person, place=Place(township, village), **given)


def _check(account: BankAccount, *, number: str, actor: User, at: datetime) -> object:
    # Who may not check is not told whether his guess was right.
    check_may_check_account(actor, account)
    if account_number(number) != account.number:
        raise Refused(gettext("This is not the number that was entered. Compare it with the card."))
    return operations.check_account(account, actor=actor, at=at)


def _record_death(person: Person, *, at: datetime, **given: Any) -> object:
    operations.record_death(person, at=at, **given)
    return follow_deaths(at=at, person=person)


def _revoke_death(person: Person, *, at: datetime, **given: Any) -> object:
    operations.revoke_death(person, at=at, **given)
    return follow_deaths(at=at, person=person)


PERSON_ACTS = (
    PersonAct(
        url_name="change_phone",
        path="phone/",
        title=_("Change the phone"),
        done=_("The phone is changed."),
        form=plain(forms.PhoneForm),
        may=may_edit,
        run=operations.change_phone,
    ),
    PersonAct(
        url_name="record_death",
        path="death/",
        title=_("Record a death"),
        done=_("The death is recorded."),
        form=plain(forms.DeathForm),
        may=_alive,
        run=_record_death,
        hint=_(
            "Awards that are not paid yet are held; they go to the heirs once their claim is confirmed."
        ),
        danger=True,
    ),
    PersonAct(
        url_name="revoke_death",
        path="death/revoke/",
        title=_("Revoke the death"),
        done=_("The record of death is revoked."),
        form=plain(forms.BecauseForm),
        may=_dead,
        run=_revoke_death,
        danger=True,
    ),
)
ADDING_RESIDENCE = PersonAct(
    url_name="move_person",
    path="residences/move/",
    title=_("Record a move"),
    done=_("The move is recorded."),
    form=plain(forms.MoveForm),
    may=may_edit,
    run=_move,
    hint=_(
        "The residence of this kind before it ends the day before. "
        "Who moves out of your area leaves your list. The area of recognition decides who is responsible "
        "where the policy says so; else it is not entered."
    ),
)
ADDING_RECOGNITION = PersonAct(
    url_name="recognise_person",
    path="recognitions/add/",
    title=_("Record a recognition"),
    done=_("The recognition is recorded."),
    form=plain(forms.RecogniseForm),
    may=may_edit,
    run=operations.recognise,
)
ADDING_ENROLMENT = PersonAct(
    url_name="enrol_person",
    path="enrolments/add/",
    title=_("Record insurance"),
    done=_("The insurance is recorded."),
    form=plain(forms.EnrolForm),
    may=may_edit,
    run=operations.enrol,
)
ADDING_ACCOUNT = PersonAct(
    url_name="add_person_account",
    path="accounts/add/",
    title=_("Add an account"),
    done=_("The account is added; another person checks it."),
    form=plain(NewAccountForm),
    may=may_edit,
    run=operations.add_account,
)
ADDING_BILL = PersonAct(
    url_name="type_bill",
    path="bills/type/",
    title=_("Type a bill"),
    done=_("The bill is booked."),
    form=plain(forms.PersonBillForm, new_token),
    may=may_type_bill,
    run=type_bill,
)
ADDING_AID = PersonAct(
    url_name="record_aid",
    path="aid/add/",
    title=_("Record other aid"),
    done=_("The aid is recorded."),
    form=plain(forms.PersonAidForm),
    may=may_record_aid,
    run=record_aid,
)


def span_acts(
    folder: str,
    name: str,
    titles: tuple[Any, Any],
    runs: tuple[Callable[..., object], Callable[..., object]],
    rows: Callable[[Person], QuerySet[Any]],
) -> tuple[PersonAct, PersonAct]:
    """To end and to void a row with a first and a last day."""
    return (
        PersonAct(
            url_name=f"end_{name}",
            path=f"{folder}/<int:row_id>/end/",
            title=titles[0],
            done=_("The last day is set."),
            form=plain(forms.EndForm),
            may=_open,
            run=runs[0],
            rows=rows,
        ),
        PersonAct(
            url_name=f"void_{name}",
            path=f"{folder}/<int:row_id>/void/",
            title=titles[1],
            done=_("The entry is voided."),
            form=plain(forms.BecauseForm),
            may=_standing,
            run=runs[1],
            rows=rows,
            hint=_("Only for an entry made by mistake; the right one is entered anew."),
            danger=True,
        ),
    )


RESIDENCE_ACTS = span_acts(
    "residences",
    "residence",
    (_("End the residence"), _("Void the residence")),
    (operations.end_residence, operations.void_residence),
    lambda person: held_by(Residence.objects.select_related("person", "division"), person),
)
RECOGNITION_ACTS = span_acts(
    "recognitions",
    "recognition",
    (_("End the recognition"), _("Void the recognition")),
    (operations.end_recognition, operations.void_recognition),
    lambda person: held_by(RecipientSpan.objects.select_related("person", "category"), person),
)
ENROLMENT_ACTS = span_acts(
    "enrolments",
    "enrolment",
    (_("End the insurance"), _("Void the insurance")),
    (operations.end_enrolment, operations.void_enrolment),
    lambda person: held_by(Enrolment.objects.select_related("person", "county"), person),
)
ACCOUNT_ACTS = (
    PersonAct(
        url_name="check_account",
        path="accounts/<int:row_id>/check/",
        title=_("Check the account"),
        done=_("The account is checked."),
        form=plain(forms.CompareForm),
        may=may_check_account,
        run=_check,
        rows=accounts_of,
        hint=_("Take the card or passbook to hand and type the whole number; it is compared."),
    ),
    PersonAct(
        url_name="retire_account",
        path="accounts/<int:row_id>/retire/",
        title=_("Take the account out of use"),
        done=_("The account is out of use."),
        form=plain(forms.BecauseForm),
        may=_in_use,
        run=operations.retire_account,
        rows=accounts_of,
        danger=True,
    ),
)
BILL_ACTS = (
    PersonAct(
        url_name="reverse_bill",
        path="bills/<int:row_id>/reverse/",
        title=_("Reverse the bill"),
        done=_("The bill is reversed; its invoice may be typed again."),
        form=plain(forms.BecauseForm),
        may=_reversible,
        run=reverse_bill,
        rows=bill_history,
        danger=True,
    ),
)
AID_ACTS = (
    PersonAct(
        url_name="void_aid",
        path="aid/<int:row_id>/void/",
        title=_("Void the aid"),
        done=_("The entry is voided."),
        form=plain(forms.BecauseForm),
        may=_voidable,
        run=void_aid,
        rows=aid_history,
        danger=True,
    ),
)


def all_acts() -> Iterator[PersonAct]:
    yield from PERSON_ACTS
    yield from (ADDING_RESIDENCE, ADDING_RECOGNITION, ADDING_ENROLMENT)
    yield from (ADDING_ACCOUNT, ADDING_BILL, ADDING_AID)
    yield from (*RESIDENCE_ACTS, *RECOGNITION_ACTS, *ENROLMENT_ACTS, *ACCOUNT_ACTS)
    yield from (*BILL_ACTS, *AID_ACTS)
