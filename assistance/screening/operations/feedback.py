"""What partners answer about the people they were told of, and what the register answers by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.models import StoredFile
from assistance.files.operations import keep
from assistance.registry.models import AccessLog, RecipientSpan
from assistance.registry.operations.disclosure import note_disclosure
from assistance.registry.queries import in_force
from assistance.registry.queries.duties import ROOT
from assistance.screening.models import Push, PushAnswer
from assistance.screening.operations.reported_aid import follow_answer, lock_answered
from assistance.screening.permissions import check_may_answer
from assistance.screening.queries.pushes import pushes_visible_to, unanswered
from assistance.screening.states import (
    POOL_ANSWERS,
    VERIFIED,
    WATCH_ANSWERS,
    PushedField,
    PushState,
)
from assistance.shared.errors import NotAllowed, Refused

# An answer that says no, or not yet, says why.
EXPLAINED = frozenset({PushState.NOT_RECOGNISED, PushState.NOT_AIDED, PushState.PENDING})
AT_ONCE = 500
# Which field of a row opens which number.
SHOWN_IN_FULL = {
    AccessLog.Field.ID_NUMBER.value: PushedField.FULL_NUMBER,
    AccessLog.Field.PHONE.value: PushedField.PHONE,
}


def answers_to(push: Push) -> tuple[PushState, ...]:
    """The answers that the list of this row asks for."""
    return POOL_ANSWERS if push.list in VERIFIED else WATCH_ANSWERS


@transaction.atomic
def answer_push(
    push: Push,
    *,
    answer: str,
    note: str = "",
    amount: Decimal | None = None,
    given_on: date | None = None,
    paper: File[Any] | None = None,
    actor: User,
    at: datetime,
) -> Push:
    """Keep an office's answer about one person; the latest counts, earlier ones stay (ZS22-2.2.1).

    Aid has an amount in yuan, a day and a paper, which is kept encrypted. The same answer sent twice is
    kept once. Aid counts for the person at once, an answer that is corrected takes it back. Raises NotAllowed, or Refused for an answer this list does not ask for, a no without a
    reason, aid without its paper or of a day to come.
    """
    lock_answered([push.pk], given_on)
    push = _locked(push.pk)
    check_may_answer(actor, push)
    chosen = _checked(push, answer, note)
    _check_aid(chosen, amount, given_on, paper, today=localdate(at))
    newest = push.answers.order_by("-id").first()
    given: dict[str, Any] = {"answer": chosen, "note": note.strip()}
    if chosen == PushState.AIDED:
        given |= {"amount": amount, "given_on": given_on}
    if newest is not None and all(getattr(newest, name) == was for name, was in given.items()):
        return push
    kept = keep(paper, actor=actor, at=at) if paper is not None and "amount" in given else None
    return _keep(push, given, kept, actor=actor, at=at)


@transaction.atomic
def answer_pushes(
    rows: Collection[int], *, answer: str, note: str = "", actor: User, at: datetime
) -> int:
    """The same answer about several people, all or none; how many. Aid is answered one by one.

    Raises NotAllowed where one of them was not pushed to the actor's office, Refused as `answer_push`.
    """
    wanted = sorted(set(rows))
    if not wanted or len(wanted) > AT_ONCE:
        raise Refused(
            _("Choose between one and %(most)d people to answer about.") % {"most": AT_ONCE}
        )
    if answer == PushState.AIDED:
        raise Refused(_("Aid is recorded person by person, with its amount and paper."))
    if pushes_visible_to(actor).filter(pk__in=wanted).count() != len(wanted):
        raise NotAllowed(_("Only the office a person was pushed to answers."))
    lock_answered(wanted, None)
    for pk in wanted:
        answer_push(_locked(pk), answer=answer, note=note, actor=actor, at=at)
    return len(wanted)


def _locked(pk: int) -> Push:
    Push.objects.select_for_update().only("pk").get(pk=pk)
    return Push.objects.select_related("office", "person").get(pk=pk)


def _checked(push: Push, answer: str, note: str) -> PushState:
    if answer not in answers_to(push):
        raise Refused(_("This is no answer to “%(list)s”.") % {"list": push.get_list_display()})
    chosen = PushState(answer)
    if chosen in EXPLAINED and not note.strip():
        raise Refused(_("Say why in the remark."))
    return chosen


def _check_aid(
    chosen: PushState,
    amount: Decimal | None,
    given_on: date | None,
    paper: File[Any] | None,
    *,
    today: date,
) -> None:
    if chosen != PushState.AIDED:
        return
    if amount is None or amount <= 0 or given_on is None or paper is None:
        raise Refused(_("Aid given has an amount, a day and a paper that shows it."))
    if given_on > today:
        raise Refused(_("The day of the aid lies in the future."))


def _keep(
    push: Push, given: dict[str, Any], paper: StoredFile | None, *, actor: User | None, at: datetime
) -> Push:
    aid = follow_answer(push, given, actor=actor, at=at)
    PushAnswer.objects.create(push=push, paper=paper, aid=aid, by=actor, at=at, **given)
    push.state = given["answer"]
    push.answered_at = None if push.state == PushState.PENDING else at
    push.save(update_fields=["state", "answered_at"])
    return push


@transaction.atomic
def follow_recognitions(*, at: datetime) -> int:
    """Move pool members who hold a recognition today, by themselves; how many rows (ZS22-2.2.2).

    The status history answers, not the partner: what he had answered stays in the row's history. The
    person leaves the pool with the next list, and until then nobody is asked about him.
    """
    today = localdate(at)
    held = in_force(RecipientSpan.objects.all(), today).annotate(root=ROOT)
    rows = unanswered(Push.objects.filter(list__in=sorted(VERIFIED)))
    rows = rows.annotate(root=ROOT).filter(root__in=held.order_by().values("root"))
    found = list(rows.select_for_update(of=("self",)).order_by("id"))
    note = _("Found in the register on %(day)s.") % {"day": today.isoformat()}
    PushAnswer.objects.bulk_create(
        PushAnswer(push=push, answer=PushState.MOVED, note=note, at=at) for push in found
    )
    Push.objects.filter(pk__in=[push.pk for push in found]).update(
        state=PushState.MOVED, answered_at=at
    )
    return len(found)


@transaction.atomic
def reveal_push_number(push: Push, *, field: str, reason: str, actor: User, at: datetime) -> str:
    """The id number or phone in full for the office that is told it, noted in the access log.

    Raises NotAllowed where the row does not tell it, Refused without a reason, `TooMany` over the limit.
    """
    needed = SHOWN_IN_FULL.get(field)
    if needed is None or needed not in push.fields:
        raise NotAllowed(_("Your office is not told this number in full."))
    check_may_answer(actor, push)
    person, subject = push.person, f"push {push.pk}"
    note_disclosure(
        actor,
        AccessLog.Kind.REVEAL,
        AccessLog.Field(field),
        person=person,
        subject=subject,
        reason=reason,
        at=at,
    )
    return str(person.id_number if needed == PushedField.FULL_NUMBER else person.phone)
