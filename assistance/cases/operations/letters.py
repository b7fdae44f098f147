"""Letters: made once per decision or objection, numbered, and noted as served."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.operations import next_number
from assistance.cases.confidences import may_record_service
from assistance.cases.models import Application, Decision, Letter, LetterHead, Objection, Service
from assistance.cases.operations.moves import locked
from assistance.cases.permissions import may_issue_letter
from assistance.cases.queries import estimate_version
from assistance.cases.queries.grounds import GROUNDS
from assistance.cases.queries.letters import decision_to_tell
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.masking import mask_id
from assistance.shared.typeset import typeset

Kind = Letter.Kind
How = Service.How
Told = Objection.Told
# The word of the series in a letter's number: 景医保不补〔2026〕3号.
SERIES = {Kind.REFUSAL: "不补", Kind.CORRECTION: "补正", Kind.OBJECTION: "异告"}
TITLES = {
    Kind.REFUSAL: "不予补助决定书",
    Kind.CORRECTION: "一次性补正告知书",
    Kind.OBJECTION: "异议处理结果告知书",
}
# Ways of service in which a person takes the letter.
TAKEN = frozenset({How.IN_PERSON, How.VILLAGE, How.LEFT})


@transaction.atomic
def issue_refusal(
    application: Application,
    *,
    facts: str,
    grounds: list[str],
    reasons: str,
    actor: User,
    at: datetime,
) -> Letter:
    """Put a refusal in writing: facts, the sentences of the policy, reasons, and the remedies.

    `grounds` are keys of `GROUNDS`. The authority of reconsideration, the court and their terms come from
    the agency's letterhead. One letter per decision: asked for again, the first one comes back. Refused
    while the agency has no letterhead, and where facts, grounds or reasons are missing.
    """
    if not (facts.strip() and reasons.strip()):
        raise Refused(_("A refusal needs its facts and its reasons."))
    if not grounds or not set(grounds) <= set(GROUNDS):
        raise Refused(_("Name the sentence of the policy on which the refusal rests."))
    application, decision = _to_tell(application, Kind.REFUSAL, actor)
    head = letter_head(application)
    policy = estimate_version(application)
    said = {
        "facts": facts.strip(),
        "policy": f"《{policy.title}》（{policy.document_number}）",
        "grounds": [[GROUNDS[key].place, GROUNDS[key].quotation] for key in grounds],
        "reasons": reasons.strip(),
        "remedies": {
            "days": head.reconsideration_days,
            "authority": head.reconsidered_by,
            "months": head.lawsuit_months,
            "court": head.court,
        },
    }
    return _made(application, decision, head, Kind.REFUSAL, said, actor=actor, at=at)


@transaction.atomic
def issue_correction(application: Application, *, items: str, actor: User, at: datetime) -> Letter:
    """Tell the applicant once and in writing everything that is missing, a line each.

    The term is the letterhead's; the clock of the stage is stopped and the day received stays. A second
    notice of the same case names the first. One letter per return, as for refusals.
    """
    wanted = [line.strip() for line in items.splitlines() if line.strip()]
    if not wanted:
        raise Refused(_("Say what is missing, one thing a line."))
    application, decision = _to_tell(application, Kind.CORRECTION, actor)
    head = letter_head(application)
    earlier = application.letters.filter(kind=Kind.CORRECTION).exclude(decision=decision)
    said = {
        "items": wanted,
        "days": head.correction_days,
        "received_on": day_on_paper(application.received_on),
        "earlier": list(earlier.order_by("id").values_list("number", flat=True)),
        "address": head.address,
        "township": application.township.name,
    }
    return _made(application, decision, head, Kind.CORRECTION, said, actor=actor, at=at)


@transaction.atomic
def record_service(
    letter: Letter,
    *,
    served_on: date,
    how: str,
    received_by: str = "",
    note: str = "",
    actor: User,
    at: datetime,
) -> Service:
    """Note when and how a letter reached whom it is for; its terms run from the day after.

    An objector is told thereby. Written once: a second note is refused, also of two at once. Who took it must be named unless it went by
    post or electronically.
    """
    letter = Letter.objects.select_related("application").defer("data", "paper").get(pk=letter.pk)
    if not may_record_service(actor, letter):
        raise NotAllowed(
            _("You may not record the service of this letter, or it is recorded already.")
        )
    if not localdate(letter.made_at) <= served_on <= localdate(at):
        raise Refused(_("The day of service lies between the day of the letter and today."))
    if how in TAKEN and not received_by.strip():
        raise Refused(_("Say who took the letter."))
    try:
        with transaction.atomic():
            service = Service.objects.create(
                letter=letter,
                served_on=served_on,
                how=How(how),
                received_by=received_by.strip(),
                note=note.strip(),
                recorded_by=actor,
                recorded_at=at,
            )
    except IntegrityError as error:
        raise Refused(_("The service of this letter was recorded a moment ago.")) from error
    if letter.objection_id is not None:
        told = Told.IN_PERSON if service.how == How.IN_PERSON else Told.LETTER
        Objection.objects.filter(pk=letter.objection_id).update(
            told_how=told, told_on=served_on, told_by=actor
        )
    return service


def _to_tell(application: Application, kind: Kind, actor: User) -> tuple[Application, Decision]:
    """The locked case and the decision that the letter is about."""
    application = locked(application, version=None)
    decision = decision_to_tell(application)
    if decision is None or not may_issue_letter(actor, application, kind):
        raise NotAllowed(
            _("Your office does not write this letter, or the case is not at its stage.")
        )
    return application, decision


def letter_head(application: Application) -> LetterHead:
    """The letterhead of the case's agency. Raises Refused while it has none."""
    head = LetterHead.objects.filter(agency=application.agency_id).first()
    if head is None:
        raise Refused(
            _(
                "%(agency)s has no letterhead yet: the administrator enters authority, court and terms "
                "in the console."
            )
            % {"agency": application.agency}
        )
    return head


def _made(
    application: Application,
    decision: Decision,
    head: LetterHead,
    kind: Kind,
    said: dict[str, Any],
    *,
    actor: User,
    at: datetime,
) -> Letter:
    """The letter of this decision: the one there is, or a new one to the applicant."""
    addressed = {
        "to": application.applicant_name,
        "patient": application.person.name,
        "patient_number": mask_id(application.person.id_number),
        "case": application.number,
        "programme": "困难群众高额医疗费补助",
        "year": application.benefit_year,
    }
    about = Letter(application=application, decision=decision, kind=kind)
    return write_letter(about, head, addressed | said, actor=actor, at=at)


def write_letter(
    letter: Letter, head: LetterHead, said: dict[str, Any], *, actor: User, at: datetime
) -> Letter:
    """Number, typeset and keep a letter; the one there is already about the same comes back instead.

    Application, kind and what it is about are set, the application is locked.
    """
    same = {"decision": letter.decision, "objection": letter.objection}
    known = Letter.objects.filter(**same).first()
    if known is not None:
        return known
    kind, agency, today = Kind(letter.kind), letter.application.agency, localdate(at)
    running = next_number(f"letter:{kind}:{agency.code}", today.year)
    letter.number = f"{head.prefix}{SERIES[kind]}〔{today.year}〕{running}号"
    data = {
        "title": TITLES[kind],
        "authority": head.authority,
        "number": letter.number,
        "telephone": agency.telephone,
        "on": day_on_paper(today),
        "foot": letter.number,
        **said,
    }
    paper = typeset(kind, data)
    letter.made_by, letter.made_at = actor, at
    letter.data = json.dumps(data, ensure_ascii=False)
    letter.paper = b64encode(paper).decode()
    letter.digest = hashlib.sha256(paper).hexdigest()
    letter.save(force_insert=True)
    return letter


def day_on_paper(day: date) -> str:
    """2026年3月2日."""
    return f"{day:%Y年%-m月%-d日}"
