"""What can be done about who somebody is: names, numbers, guardians, merged records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.registry import operations
from assistance.registry.models import IdentityChange, Merge, Person
from assistance.registry.permissions import (
    may_confirm_identity,
    may_decide_merge,
    may_edit,
    may_propose_merge,
)
from assistance.registry.queries import (
    guardianships_of,
    held_by,
    is_minor,
    records,
    search_people,
)
from assistance.shared.errors import Refused
from assistance.web.acts import plain
from assistance.web.forms.base import ScreenForm
from assistance.web.people import identity_forms as forms
from assistance.web.people.base import PersonAct
from assistance.web.people.forms import BecauseForm, EndForm

State = Merge.State


class NothingForm(ScreenForm):
    """A confirmation that needs no word."""

    submit_label = _("Confirm")


def changes_of(person: Person) -> QuerySet[IdentityChange]:
    rows = IdentityChange.objects.select_related("person__township", "entered_by", "paper")
    return held_by(rows, person).order_by("-id")


def merges_of(person: Person) -> QuerySet[Merge]:
    group = records(person).values("pk")
    rows = Merge.objects.select_related(
        "record__township", "into__township", "proposed_by", "split_proposed_by"
    )
    return rows.filter(Q(record__in=group) | Q(into__in=group)).order_by("-id")


def _refusable(user: User, change: IdentityChange) -> bool:
    own = change.entered_by_id == user.pk and not change.outcome
    return own or may_confirm_identity(user, change)


def _adult(user: User, person: Person) -> bool:
    alive = person.died_on is None and not is_minor(person, localdate())
    return alive and may_edit(user, person)


def _may_propose(user: User, person: Person) -> bool:
    return may_propose_merge(user, person)


def _decides(user: User, merge: Merge) -> bool:
    return may_decide_merge(user, merge.record, merge.into)


def _confirms_merge(user: User, merge: Merge) -> bool:
    other = merge.proposed_by_id != user.pk
    return merge.state == State.PROPOSED and other and _decides(user, merge)


def _refuses_merge(user: User, merge: Merge) -> bool:
    own = merge.proposed_by_id == user.pk
    return merge.state == State.PROPOSED and (own or _decides(user, merge))


def _proposes_split(user: User, merge: Merge) -> bool:
    return merge.state == State.MERGED and may_propose_merge(user, merge.record, merge.into)


def _confirms_split(user: User, merge: Merge) -> bool:
    other = merge.split_proposed_by_id != user.pk
    return merge.state == State.SPLITTING and other and _decides(user, merge)


def _refuses_split(user: User, merge: Merge) -> bool:
    own = merge.split_proposed_by_id == user.pk
    return merge.state == State.SPLITTING and (own or _decides(user, merge))


def _merge_form(person: Person, user: User, *posted: Any) -> ScreenForm:
    return forms.MergeForm(*posted, user=user, person=person)


def _propose(
    person: Person,
    *,
    other: Person | None,
    number: str,
    keep: str,
    reason: str,
    actor: User,
    at: datetime,
) -> object:
    found = other or search_people(actor, number).first()
    if found is None:
        raise Refused(gettext("Nobody in your area has this number."))
    record, into = (found, person) if keep == forms.THIS else (person, found)
    return operations.propose_merge(record, into, reason=reason, actor=actor, at=at)


CHANGING = (
    PersonAct(
        url_name="change_name",
        path="name/",
        title=_("Change the name"),
        done=_("The new name is entered; a second person confirms it."),
        form=plain(forms.NameForm),
        may=may_edit,
        run=operations.request_name,
        hint=_("The old name stays on record and still finds the person."),
    ),
    PersonAct(
        url_name="change_number",
        path="number/",
        title=_("Change the id number"),
        done=_("The new number is entered; a second person confirms it."),
        form=plain(forms.NumberForm),
        may=may_edit,
        run=operations.request_number,
        hint=_("The old number stays on record and still finds the person."),
    ),
)
DECIDING = (
    PersonAct(
        url_name="confirm_identity",
        path="identity/<int:row_id>/confirm/",
        title=_("Confirm the change"),
        done=_("The change is confirmed and holds."),
        form=plain(forms.ConfirmForm),
        may=may_confirm_identity,
        run=operations.confirm_identity,
        rows=changes_of,
        hint=_("Read the paper and type what it says; it is compared with what was entered."),
    ),
    PersonAct(
        url_name="refuse_identity",
        path="identity/<int:row_id>/refuse/",
        title=_("Refuse the change"),
        done=_("The change is refused; nothing was changed."),
        form=plain(BecauseForm),
        may=_refusable,
        run=operations.refuse_identity,
        rows=changes_of,
        danger=True,
    ),
)
ADDING_GUARDIAN = PersonAct(
    url_name="add_guardian",
    path="guardians/add/",
    title=_("Record a guardian"),
    done=_("The guardian is recorded."),
    form=plain(forms.GuardianForm),
    may=may_edit,
    run=operations.add_guardian,
    hint=_("The guardian has to be on the register."),
)
ADDING_NEWBORN = PersonAct(
    url_name="register_newborn",
    path="newborn/",
    title=_("Enter a newborn"),
    done=_("The child is entered under a provisional number."),
    form=plain(forms.NewbornForm),
    may=_adult,
    run=operations.register_newborn,
    hint=_(
        "For a child without an id number yet; when the number comes, it is entered as a change of number."
    ),
)
GUARDIAN_ACTS = (
    PersonAct(
        url_name="end_guardianship",
        path="guardians/<int:row_id>/end/",
        title=_("End the guardianship"),
        done=_("The last day is set."),
        form=plain(EndForm),
        may=lambda user, row: row.last_day is None and _stands(user, row),
        run=operations.end_guardianship,
        rows=guardianships_of,
    ),
    PersonAct(
        url_name="void_guardianship",
        path="guardians/<int:row_id>/void/",
        title=_("Void the guardianship"),
        done=_("The entry is voided."),
        form=plain(BecauseForm),
        may=lambda user, row: _stands(user, row),
        run=operations.void_guardianship,
        rows=guardianships_of,
        danger=True,
    ),
)
PROPOSING_MERGE = PersonAct(
    url_name="propose_merge",
    path="merges/propose/",
    title=_("Merge with another record"),
    done=_("The merge is proposed; the approver decides."),
    form=_merge_form,
    may=_may_propose,
    run=_propose,
    hint=_("For one human who was registered twice. Both records have to be in your area."),
)


def _on_merge(
    name: str, path: str, titles: tuple[Any, Any], may: Any, run: Any, form: Any, **more: Any
) -> PersonAct:
    return PersonAct(
        url_name=name,
        path=f"merges/<int:row_id>/{path}/",
        title=titles[0],
        done=titles[1],
        form=plain(form),
        may=may,
        run=run,
        rows=merges_of,
        **more,
    )


MERGE_ACTS = (
    _on_merge(
        "confirm_merge",
        "confirm",
        (_("Confirm the merge"), _("The records are merged.")),
        _confirms_merge,
        operations.confirm_merge,
        NothingForm,
        hint=_("From now on bills, aid and what was granted count together under one maximum."),
    ),
    _on_merge(
        "refuse_merge",
        "refuse",
        (_("Refuse the merge"), _("The merge is refused.")),
        _refuses_merge,
        operations.refuse_merge,
        BecauseForm,
        danger=True,
    ),
    _on_merge(
        "propose_split",
        "split",
        (_("Separate the records again"), _("The separation is proposed; the approver decides.")),
        _proposes_split,
        operations.propose_split,
        BecauseForm,
        danger=True,
    ),
    _on_merge(
        "confirm_split",
        "split/confirm",
        (_("Confirm the separation"), _("The records stand alone again.")),
        _confirms_split,
        operations.confirm_split,
        NothingForm,
        hint=_("Each record is again what it was before the merge."),
        danger=True,
    ),
    _on_merge(
        "refuse_split",
        "split/refuse",
        (_("Refuse the separation"), _("The records stay merged.")),
        _refuses_split,
        operations.refuse_split,
        NothingForm,
    ),
)


def _stands(user: User, row: Any) -> bool:
    return row.voided_at is None and may_edit(user, row.person)


def identity_acts() -> Iterator[PersonAct]:
    yield from (*CHANGING, *DECIDING, ADDING_GUARDIAN, ADDING_NEWBORN)
    yield from (*GUARDIAN_ACTS, PROPOSING_MERGE, *MERGE_ACTS)
