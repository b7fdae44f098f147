"""Public notices per township: drawn up, posted, certified (JN21 二(三)2(3), 三(二))."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, Division, User
from assistance.accounts.operations import next_number
from assistance.accounts.queries import is_workday, next_workday
from assistance.cases.models import Application, Notice, NoticeLine
from assistance.cases.operations.moves import stage_days
from assistance.cases.permissions import may_certify, may_draw_up_notice, may_post
from assistance.cases.states import State
from assistance.payments.models import Programme
from assistance.registry.queries import current_residence
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.masking import mask_name

Outcome = NoticeLine.Outcome


@transaction.atomic
def draw_up_notice(
    township: Division,
    *,
    agency: Agency,
    programme: Programme,
    actor: User,
    at: datetime,
    only: Collection[int] | None = None,
) -> Notice:
    """Put every agreed case of the township that is on no notice yet on a new one.

    With `only`, of these cases by their keys; the others wait. Raises NotAllowed, or Refused for no case.
    """
    if not may_draw_up_notice(actor, agency_id=agency.pk, township_id=township.pk):
        raise NotAllowed(_("You may not draw up notices of %(place)s.") % {"place": township})
    cases = _waiting_cases(township, agency=agency, programme=programme, only=only)
    if not cases:
        raise Refused(_("No agreed case of %(place)s waits for a notice.") % {"place": township})
    year = localdate(at).year
    running = next_number(f"notice:{agency.code}", year)
    notice = Notice.objects.create(
        number=f"{agency.code}-G{year}-{running:04d}",
        token=secrets.token_urlsafe(16),
        programme=programme,
        agency=agency,
        township=township,
        drawn_up_by=actor,
        drawn_up_at=at,
        days=stage_days(cases[0], State.PUBLICITY) or 1,
    )
    NoticeLine.objects.bulk_create(_line(notice, case, localdate(at)) for case in cases)
    return notice


@transaction.atomic
def discard_notice(notice: Notice, *, actor: User) -> Notice:
    """Give a notice up that nobody has posted: its number stays, its cases wait for another one."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    where = {"agency_id": notice.agency_id, "township_id": notice.township_id}
    if not may_draw_up_notice(actor, **where):
        raise NotAllowed(
            _("You may not draw up notices of %(place)s.") % {"place": notice.township}
        )
    if notice.state != Notice.State.DRAFT:
        raise Refused(_("The notice has been posted or given up already."))
    notice.state = Notice.State.DISCARDED
    notice.save(update_fields=["state"])
    notice.lines.filter(outcome=Outcome.OPEN).update(outcome=Outcome.STOPPED)
    return notice


def _waiting_cases(
    township: Division, *, agency: Agency, programme: Programme, only: Collection[int] | None
) -> list[Application]:
    """Agreed cases on no open notice, locked.

    Locked first and asked in a second statement: while we wait for a lock, another notice may take them.
    """
    agreed = Application.objects.filter(
        agency=agency, township=township, programme=programme, state=State.PUBLICITY
    )
    if only is not None:
        agreed = agreed.filter(pk__in=only)
    ids = list(agreed.order_by("id").select_for_update().values_list("id", flat=True))
    free = agreed.filter(id__in=ids).exclude(notice_lines__outcome=Outcome.OPEN)
    # What is in doubt is not publicised until the approver has decided.
    free = free.exclude(corrections__outcome="")
    return list(free.select_related("person").order_by("id"))


def _line(notice: Notice, case: Application, on: date) -> NoticeLine:
    """What may be shown in public: masked name, village and amount (条例 art. 55)."""
    living = current_residence(case.person, on)
    return NoticeLine(
        notice=notice,
        application=case,
        masked_name=mask_name(case.person.name),
        village=living.village if living is not None else "",
        amount=case.amount,
    )


@transaction.atomic
def post_notice(
    notice: Notice, *, posted_on: date, place: str, actor: User, at: datetime
) -> Notice:
    """Record the actual posting. The days are full calendar days: they begin the day after (民法典 201),
    and a last day that is a rest day moves to the next working day (specification 11)."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if not may_post(actor, notice):
        raise NotAllowed(_("You may not post this notice, or it is posted already."))
    if not localdate(notice.drawn_up_at) <= posted_on <= localdate(at):
        raise Refused(_("The day of posting must lie between the day it was drawn up and today."))
    if not place.strip():
        raise Refused(_("Say where the notice was posted."))
    notice.posted_on = posted_on
    notice.posted_at_place = place
    notice.posted_by = actor
    notice.first_day = posted_on + timedelta(days=1)
    notice.last_day = last_day_of_notice(posted_on, notice.days)
    notice.state = Notice.State.POSTED
    notice.save()
    Application.objects.filter(notice_lines__notice=notice).update(deadline_on=notice.last_day)
    return notice


def last_day_of_notice(posted_on: date, days: int) -> date:
    """The last of `days` full calendar days after the posting, moved over rest days."""
    last = posted_on + timedelta(days=days)
    return last if is_workday(last) else next_workday(last)


@transaction.atomic
def certify_notice(notice: Notice, *, text: str, actor: User, at: datetime) -> Notice:
    """The township leader certifies, once the days are over, that the notice hung and what came in."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if not may_certify(actor, notice):
        raise NotAllowed(_("You may not certify this notice, or it is certified already."))
    if notice.last_day is None or localdate(at) <= notice.last_day:
        raise Refused(
            _("The notice hangs up to and including %(day)s: certify it after that day.")
            % {"day": notice.last_day}
        )
    if not text.strip():
        raise Refused(_("Write the certificate."))
    notice.certified_by = actor
    notice.certified_at = at
    notice.certificate = text
    notice.save(update_fields=["certified_by", "certified_at", "certificate"])
    return notice


def stop_line(line: NoticeLine) -> None:
    line.outcome = Outcome.STOPPED
    line.save(update_fields=["outcome"])
