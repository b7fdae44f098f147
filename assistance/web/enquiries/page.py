"""What a clerk reads out on the telephone: one person, in plain words, with every number masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.calendar import WorkCalendar
from assistance.accounts.models import User
from assistance.accounts.queries import work_calendar
from assistance.cases.models import Application, FactSheet, NoticeLine
from assistance.cases.queries import applications_visible_to, missing
from assistance.cases.states import FINISHED, STOPPED, State
from assistance.payments.models import Award
from assistance.payments.states import AwardState
from assistance.registry.models import Person
from assistance.registry.queries import held_by
from assistance.shared.masking import mask_numbers_in
from assistance.shared.money import yuan
from assistance.web.steps import next_step

MOST_CASES = 5
OPEN_TO_PAPERS = STOPPED | {State.DRAFT, State.FIRST_REVIEW, State.COUNTY_REVIEW}
ON_THE_WAY = frozenset({AwardState.BATCHED, AwardState.SENT})


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be said about one case."""

    application: Application
    since: str
    days: int
    amount: str
    next_step: str | Promise
    expected: str
    returned_because: str
    missing: Sequence[str]

    @property
    def spoken(self) -> str:
        """The whole in one paragraph, to be read out."""
        found = _("The application for %(year)s is in the stage “%(state)s” since %(since)s.") % {
            "year": self.application.benefit_year,
            "state": self.application.get_state_display(),
            "since": self.since,
        }
        sentences = [found]
        if self.returned_because:
            sentences.append(_("It was returned: %(reason)s") % {"reason": self.returned_because})
        if self.missing:
            sentences.append(_("Still missing: %(what)s") % {"what": " ".join(self.missing)})
        return " ".join([*sentences, str(self.next_step), self.expected])


def answers(user: User, person: Person) -> list[Answer]:
    """The cases of the person that the user sees: those under way first, then the newest."""
    cases = held_by(applications_visible_to(user), person)
    related = ("person", "township", "agency", "account", "award")
    found = list(cases.select_related(*related).order_by("-id")[: MOST_CASES * 2])
    found.sort(key=lambda case: case.state_enum in FINISHED)
    calendar = work_calendar()
    return [_answer(case, calendar) for case in found[:MOST_CASES]]


def _answer(case: Application, calendar: WorkCalendar) -> Answer:
    since = localdate(case.state_since)
    return Answer(
        application=case,
        since=_day(since),
        days=calendar.working_days_between(since, localdate()),
        amount=_amount(case),
        next_step=next_step(case),
        expected=_expected(case),
        returned_because=_returned_because(case),
        missing=_missing(case),
    )


def _amount(case: Application) -> str:
    if case.state_enum in {State.REFUSED, State.OVERPAID, State.WITHDRAWN}:
        return _("none")
    if case.state_enum in {State.PUBLICITY, State.OBJECTED, State.APPROVED} and case.amount:
        return _("%(amount)s yuan") % {"amount": yuan(case.amount)}
    # What is proposed may still be changed: nobody should hear it on the telephone as granted.
    return _("not decided yet")


def _expected(case: Application) -> str:
    """By when the next thing happens, as far as anybody can know."""
    if case.award is not None:
        return _payment(case.award)
    if case.state_enum is State.PUBLICITY:
        return _publicity(case)
    if case.deadline_on is None:
        return ""
    return _("To be done by %(day)s.") % {"day": _day(case.deadline_on)}


def _payment(award: Award) -> str:
    since = {"day": _day(localdate(award.state_since))}
    if award.state == AwardState.PAID:
        return _("Paid on %(day)s.") % since
    if award.state in ON_THE_WAY:
        return _("The payment is on its way to the bank since %(day)s.") % since
    if award.state == AwardState.DUE:
        return _("It waits for the next payment run since %(day)s.") % since
    return _("The payment is held up since %(day)s: %(reason)s") % {
        **since,
        "reason": mask_numbers_in(award.state_reason) or award.get_state_display(),
    }


def _publicity(case: Application) -> str:
    lines = case.notice_lines.filter(outcome=NoticeLine.Outcome.OPEN).select_related("notice")
    line = lines.first()
    if line is None or line.notice.last_day is None:
        return _("The notice has not been posted yet.")
    return _("The notice hangs up to and including %(day)s.") % {"day": _day(line.notice.last_day)}


def _returned_because(case: Application) -> str:
    if case.state_enum is not State.RETURNED:
        return ""
    change = case.changes.filter(to_state=State.RETURNED).order_by("id").last()
    return change.reason if change is not None else ""


def _missing(case: Application) -> list[str]:
    if case.state_enum not in OPEN_TO_PAPERS:
        return []
    sheets = {sheet.kind: sheet for sheet in case.fact_sheets.all()}
    sheet = sheets.get(FactSheet.Kind.ACCEPTED) or sheets[FactSheet.Kind.DECLARED]
    return [gap.sentence for gap in missing(case, sheet, on=localdate()) if gap.blocks]


def _day(day: object) -> str:
    return str(date_format(day, "Y-m-d"))  # type: ignore[arg-type]  # a date
