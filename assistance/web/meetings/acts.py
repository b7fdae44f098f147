"""What happens to lists, cases, meetings and resolutions: form, operation, who is offered it, what is said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.screening import meeting_permissions as permissions
from assistance.screening.models import (
    BottomLineCase,
    BottomLineClaim,
    BottomLineList,
    Meeting,
    Resolution,
)
from assistance.screening.operations import bottom_line, case_work, claims, meetings, releases
from assistance.screening.queries.overpaid import to_claim
from assistance.settlements.models import OtherAid, Settlement
from assistance.web.acts import Act, plain
from assistance.web.meetings import forms

Marked = tuple[BottomLineCase, Settlement]
Aided = tuple[BottomLineCase, OtherAid]


def _may_mark(user: User, subject: Marked) -> bool:
    return permissions.may_mark(user, subject[0])


def _mark(subject: Marked, **given: Any) -> BottomLineCase:
    case, bill = subject
    return case_work.mark_cost(case, bill=bill, **given)


def _may_leave_out(user: User, subject: Aided) -> bool:
    return permissions.may_work_on_case(user, subject[0])


def _leave_out(subject: Aided, *, reason: str, actor: User, at: datetime) -> BottomLineCase:
    case, aid = subject
    return case_work.leave_out_aid(case, aid=aid, reason=reason, actor=actor, at=at)


def _mark_form(subject: Any, _user: User, *posted: Any) -> forms.MarkForm:
    return forms.MarkForm(subject, *posted)


def _may_propose_claim(user: User, case: BottomLineCase) -> bool:
    return permissions.may_propose_claim(user, case) and bool(to_claim(case))


SEAL: Act[BottomLineList] = Act(
    url_name="seal_bottom_line",
    path="seal/",
    title=_("Seal the list"),
    done=_("The list is sealed; its cases wait for the joint meeting."),
    form=plain(forms.SealForm),
    may=permissions.may_seal,
    run=bottom_line.seal,
    hint=_("After the seal nothing on this list changes; late data come by a supplementary list."),
)
MARK: Act[Marked] = Act(
    url_name="mark_cost",
    path="bills/<int:bill_id>/mark/",
    title=_("Mark cost as not reasonable"),
    done=_("Marked; both figures are kept."),
    form=_mark_form,
    may=_may_mark,
    run=_mark,
    hint=_("Only compliant and reasonable cost counts toward the bottom line (ZS22 二(五)1)."),
)
LEAVE_OUT: Act[Aided] = Act(
    url_name="leave_out_aid",
    path="aid/<int:aid_id>/",
    title=_("Aid reported twice"),
    done=_("Saved; the figures are computed anew."),
    form=plain(forms.LeaveOutForm),
    may=_may_leave_out,
    run=_leave_out,
    hint=_("For aid that a payer's file reports as well: it is counted once."),
)
CASE_ACTS: tuple[Act[BottomLineCase], ...] = (
    Act(
        url_name="add_bottom_line_aid",
        path="aid/add/",
        title=_("Enter other aid"),
        done=_("The aid is entered; the figures are computed anew."),
        form=plain(forms.AidForm),
        may=permissions.may_work_on_case,
        run=case_work.add_aid,
        hint=_("It becomes part of the person's record and counts for every programme."),
    ),
    Act(
        url_name="recheck_bottom_line",
        path="recheck/",
        title=_("Finish the second look"),
        done=_("Looked at again; the case goes on."),
        form=plain(forms.WhyForm),
        may=permissions.may_recheck,
        run=case_work.recheck,
        hint=_("With the new figures the case goes to the next meeting, or off the agenda."),
    ),
    Act(
        url_name="pay_bottom_line_anyway",
        path="pay-anyway/",
        title=_("Pay all the same"),
        done=_("Nothing stops the payment any more."),
        form=plain(forms.WhyForm),
        may=permissions.may_take_back,
        run=releases.pay_anyway,
        hint=_("What became known after the award does not change it."),
    ),
    Act(
        url_name="take_back_bottom_line",
        path="take-back/",
        title=_("Take the award back"),
        done=_("The award is cancelled; a reviewer looks at the case again."),
        form=plain(forms.WhyForm),
        may=permissions.may_take_back,
        run=releases.take_back,
        danger=True,
    ),
    Act(
        url_name="propose_bottom_line_claim",
        path="claim/",
        title=_("Propose to claim money back"),
        done=_("Proposed; an approver decides."),
        form=plain(forms.ClaimForm),
        may=_may_propose_claim,
        run=claims.propose_claim,
        hint=_(
            "What was paid for the year is compared with the rule on today's facts; the amount is computed. "
            "Late insurance money, a reversed bill and later aid lower what was due."
        ),
    ),
)
CLAIM_ACTS: tuple[Act[BottomLineClaim], ...] = (
    Act(
        url_name="agree_bottom_line_claim",
        path="agree/",
        title=_("Agree to the claim"),
        done=_("The money is claimed back: the payment officer works on the recovery."),
        form=plain(forms.AgreeForm),
        may=permissions.may_decide_claim,
        run=claims.agree_claim,
        hint=_("The figures are computed again; the recovery opens out of the newest award first."),
    ),
    Act(
        url_name="turn_down_bottom_line_claim",
        path="turn-down/",
        title=_("Turn the proposal down"),
        done=_("Turned down; nothing is claimed back."),
        form=plain(forms.WhyForm),
        may=permissions.may_decide_claim,
        run=claims.turn_down_claim,
        danger=True,
    ),
)
RESOLVE: Act[Resolution] = Act(
    url_name="resolve",
    path="cases/<int:row_id>/",
    title=_("Record the vote"),
    done=_("The vote is recorded."),
    form=forms.ResolveForm,
    may=permissions.may_resolve,
    run=meetings.resolve,
)
MEETING_ACTS: tuple[Act[Meeting], ...] = (
    Act(
        url_name="record_attendance",
        path="attendance/",
        title=_("Attendance"),
        done=_("The attendance is recorded."),
        form=forms.AttendanceForm,
        may=permissions.may_prepare,
        run=meetings.record_attendance,
    ),
    Act(
        url_name="close_votes",
        path="close/",
        title=_("Close the votes"),
        done=_("The votes are closed: print the minutes and have them signed."),
        form=plain(forms.CloseForm),
        may=permissions.may_prepare,
        run=meetings.close_votes,
        hint=_("Afterwards attendance and decisions stand."),
    ),
    Act(
        url_name="file_minutes",
        path="sign/",
        title=_("File the signed minutes"),
        done=_("The minutes are filed; the agencies release what was granted."),
        form=plain(forms.MinutesForm),
        may=permissions.may_sign,
        run=meetings.file_minutes,
    ),
    Act(
        url_name="cancel_meeting",
        path="cancel/",
        title=_("Call the meeting off"),
        done=_("The meeting is called off; its cases wait for the next one."),
        form=plain(forms.WhyForm),
        may=permissions.may_prepare,
        run=meetings.cancel_meeting,
        danger=True,
    ),
)
