"""Two records of one human: merged by two people, separated again by two people."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import Merge, Person, PersonChange
from assistance.registry.operations.changes import record as leave_row
from assistance.registry.permissions import check_merge
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused

State = Merge.State


def lock_canonical(person: Person) -> Person:
    """Lock the record that answers for this human, and this one on the way to it.

    The record first, what it was merged into after it: merging and separating lock in the same order,
    so while this lock is held the two stay as they are. Must be called inside a transaction.
    """
    row = _locked_person(person.pk)
    return row if row.merged_into_id is None else _locked_person(row.merged_into_id)


@transaction.atomic
def propose_merge(record: Person, into: Person, *, reason: str, actor: User, at: datetime) -> Merge:
    """Propose that `into` answer for `record` as well; an approver has to confirm it.

    Raises NotAllowed unless the actor reviews where both belong, or Refused when the two cannot be one
    level of records, differ in the day of death, or wait for a decision already.
    """
    reason = given_reason(reason)
    check_merge(actor, "propose", record, into)
    record, into = _locked_person(record.pk), _locked_person(into.pk)
    _check_pair(record, into)
    if Merge.objects.filter(_about(record) | _about(into), state=State.PROPOSED).exists():
        raise Refused(_("A merge of one of these records already waits for the approver."))
    try:
        with transaction.atomic():
            return Merge.objects.create(
                record=record, into=into, reason=reason, proposed_by=actor, proposed_at=at
            )
    except IntegrityError:
        raise Refused(
            _("A merge of one of these records already waits for the approver.")
        ) from None


@transaction.atomic
def confirm_merge(merge: Merge, *, actor: User, at: datetime) -> Merge:
    """Let one record answer for both from now on. Nothing of either record is rewritten.

    Waits for whoever computes or books for one of them. Raises NotAllowed, by four eyes above all, or
    Refused when something changed since the proposal.
    """
    merge = _locked(merge)
    check_merge(actor, "decide", merge.record, merge.into, other_than=merge.proposed_by_id)
    _expect(merge, State.PROPOSED)
    _check_pair(merge.record, merge.into)
    merge.record.merged_into = merge.into
    merge.record.save(update_fields=["merged_into"])
    _decide(merge, State.MERGED, actor, at)
    _tell_both(merge, PersonChange.Kind.MERGED, merge.reason, actor, at)
    return merge


@transaction.atomic
def refuse_merge(merge: Merge, *, reason: str, actor: User, at: datetime) -> Merge:
    """Turn a proposal down, or take one's own back. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    merge = _locked(merge)
    if actor.pk != merge.proposed_by_id:
        check_merge(actor, "decide", merge.record, merge.into)
    _expect(merge, State.PROPOSED)
    merge.refused_because = reason
    merge.save(update_fields=["refused_because"])
    _decide(merge, State.REFUSED, actor, at)
    return merge


@transaction.atomic
def propose_split(merge: Merge, *, reason: str, actor: User, at: datetime) -> Merge:
    """Propose that the two records stand alone again. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    merge = _locked(merge)
    check_merge(actor, "propose", merge.record, merge.into)
    _expect(merge, State.MERGED)
    merge.state, merge.split_reason = State.SPLITTING, reason
    merge.split_proposed_by, merge.split_proposed_at = actor, at
    merge.save(update_fields=["state", "split_reason", "split_proposed_by", "split_proposed_at"])
    return merge


@transaction.atomic
def confirm_split(merge: Merge, *, actor: User, at: datetime) -> Merge:
    """Take the merge back: both records are what they were. Raises NotAllowed or Refused."""
    merge = _locked(merge)
    proposer = merge.split_proposed_by_id
    check_merge(actor, "decide", merge.record, merge.into, other_than=proposer)
    _expect(merge, State.SPLITTING)
    merge.record.merged_into = None
    merge.record.save(update_fields=["merged_into"])
    merge.state, merge.split_by, merge.split_at = State.SPLIT, actor, at
    merge.save(update_fields=["state", "split_by", "split_at"])
    _tell_both(merge, PersonChange.Kind.SPLIT, merge.split_reason, actor, at)
    return merge


@transaction.atomic
def refuse_split(merge: Merge, *, actor: User, at: datetime) -> Merge:
    """Leave the records merged; the proposal to separate them falls. Raises NotAllowed or Refused."""
    merge = _locked(merge)
    if actor.pk != merge.split_proposed_by_id:
        check_merge(actor, "decide", merge.record, merge.into)
    _expect(merge, State.SPLITTING)
    merge.state, merge.split_reason = State.MERGED, ""
    merge.split_proposed_by, merge.split_proposed_at = None, None
    merge.save(update_fields=["state", "split_reason", "split_proposed_by", "split_proposed_at"])
    return merge


def _about(person: Person) -> Q:
    return Q(record=person) | Q(into=person)


def _locked_person(pk: int) -> Person:
    rows = Person.objects.select_related("township", "agency")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _locked(merge: Merge) -> Merge:
    """The merge with both its records locked, the one that is merged first."""
    record, into = _locked_person(merge.record_id), _locked_person(merge.into_id)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    merge.record, merge.into = record, into
    return merge


def _check_pair(record: Person, into: Person) -> None:
    """Raises Refused unless `into` may answer for `record`: one level deep, and agreed on the death."""
    if record.pk == into.pk:
        raise Refused(_("These are not two records."))
    for one in (record, into):
        if one.merged_into_id is not None:
            raise Refused(
                _("The record of %(name)s has already been merged with another one.")
                % {"name": one.name}
            )
    if record.merged_records.exists():
        raise Refused(
            _("Other records have been merged into this one: choose the other direction.")
        )
    if record.died_on != into.died_on:
        raise Refused(
            _("The two records differ in the day of death: enter or revoke it first, then merge.")
        )


def _expect(merge: Merge, state: Merge.State) -> None:
    if merge.state != state:
        raise Refused(
            _("This merge is “%(state)s”: somebody else was quicker.")
            % {"state": merge.get_state_display()}
        )


def _decide(merge: Merge, state: Merge.State, actor: User, at: datetime) -> None:
    merge.state, merge.decided_by, merge.decided_at = state, actor, at
    merge.save(update_fields=["state", "decided_by", "decided_at"])


def _tell_both(
    merge: Merge, kind: PersonChange.Kind, reason: str, actor: User, at: datetime
) -> None:
    subject = f"{merge.record.name} → {merge.into.name}"
    for person in (merge.record, merge.into):
        leave_row(person, kind, actor=actor, at=at, subject=subject, reason=reason)
