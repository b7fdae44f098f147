from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.calculation import (
    Answer,
    BadPack,
    Pack,
    canonical,
    read_pack,
    template_codes,
    template_text,
    to_plain,
)
from assistance.policies.county import check_county_pack
from assistance.policies.models import Assessment, CountyPolicy, PolicyVersion
from assistance.policies.permissions import check_may_draft_policy, check_may_release_policy
from assistance.policies.queries import own_version_of
from assistance.registry.models import Person
from assistance.registry.operations import rely_on
from assistance.shared.errors import Refused


@transaction.atomic
def release_pack(text: str, *, at: datetime) -> PolicyVersion:
    """Store the full text of a pack as the next version of its policy; the same text is stored once.

    Raises `calculation.BadPack` with the faulty lines, and stores nothing, if the text is not a pack.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = PolicyVersion.objects.filter(digest=digest).first()
    if known is not None:
        return known
    version = _next_version(text, read_pack(text), at)
    version.save()
    return version


def release_templates(*, at: datetime) -> list[PolicyVersion]:
    """Release every pack the product ships whose text is not released yet."""
    return [release_pack(template_text(code), at=at) for code in template_codes()]


def read_county_pack(text: str, agency: Agency) -> Pack:
    """The pack of a county's own version. Raises Refused with every fault of the text and every breach, and for the
    text of an earlier version."""
    try:
        pack = read_pack(text)
    except BadPack as error:
        faults = "\n".join(str(fault) for fault in error.faults)
        raise Refused(_("The pack cannot be read: %(faults)s") % {"faults": faults}) from error
    check_county_pack(pack, agency)
    _check_is_new(text, agency)
    return pack


def _check_is_new(text: str, agency: Agency) -> None:
    """A text is released once; that of the version in force is no draft."""
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()
    known = PolicyVersion.objects.filter(digest=digest).first()
    if known is not None and known != own_version_of(agency):
        raise Refused(
            _("This text was released as %(version)s. To go back to it, change its title.")
            % {"version": known}
        )


@transaction.atomic
def draft_policy(agency: Agency, *, text: str, actor: User | None, at: datetime) -> CountyPolicy:
    """Keep what a county sets itself for somebody else to release; the text in force gives no draft.

    Nothing is computed by it yet. Raises NotAllowed, or Refused for a text that is no pack and for values
    that the city's document does not allow (WZ19-3.5, 4.2).
    """
    check_may_draft_policy(actor)
    text = text.replace("\r\n", "\n")
    if text.strip():
        read_county_pack(text, agency)
    CountyPolicy.objects.get_or_create(agency=agency)
    policy = CountyPolicy.objects.select_for_update().get(agency=agency)
    last = own_version_of(agency)
    policy.draft = "" if last is not None and last.pack == text else text
    policy.drafted_by, policy.drafted_at = actor, at
    policy.save(update_fields=["draft", "drafted_by", "drafted_at"])
    return policy


@transaction.atomic
def release_policy(
    policy: CountyPolicy, *, draft: str | None = None, actor: User | None, at: datetime
) -> PolicyVersion:
    """Release the draft of a county as the next version for its own people; those of others keep the city's.

    `draft` is the text that was on screen; another one is refused. Figures of bills that are booked stay as
    they are. Raises NotAllowed for whoever drafted it and whoever does not approve for the agency, or Refused.
    """
    policy = CountyPolicy.objects.select_for_update().get(pk=policy.pk)
    check_may_release_policy(actor, policy)
    if not policy.draft.strip():
        raise Refused(_("There is no draft to release."))
    if draft is not None and draft.replace("\r\n", "\n").strip() != policy.draft.strip():
        raise Refused(_("The draft has changed; look at it again."))
    pack = read_county_pack(policy.draft, policy.agency)
    version = _next_version(policy.draft, pack, at)
    version.agency, version.drafted_by, version.released_by = (
        policy.agency,
        policy.drafted_by,
        actor,
    )
    version.save(force_insert=True)
    policy.draft = ""
    policy.save(update_fields=["draft"])
    return version


def _next_version(text: str, pack: Pack, at: datetime) -> PolicyVersion:
    last = PolicyVersion.objects.filter(code=pack.code).aggregate(last=Max("number"))["last"] or 0
    return PolicyVersion(
        pack=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        released_at=at,
        code=pack.code,
        number=last + 1,
        title=pack.title,
        document_number=pack.document_number,
        first_day=pack.first_day,
    )


def store_assessment(
    *,
    person: Person,
    benefit_year: int,
    version: PolicyVersion,
    facts: object,
    answer: Answer,
    amount: Decimal,
    actor: User | None,
    at: datetime,
) -> Assessment:
    """Keep a computed answer for ever: facts, lines and version, with a digest over all of them."""
    whole = hashlib.sha256()
    for part in (version.digest.encode(), canonical(facts), canonical(answer)):
        whole.update(part)
    rely_on(person, subject=f"{version} {benefit_year}", at=at)
    return Assessment.objects.create(
        person=person,
        benefit_year=benefit_year,
        version=version,
        engine=answer.engine,
        facts=to_plain(facts),
        result=to_plain(answer),
        amount=amount,
        digest=whole.hexdigest(),
        made_at=at,
        made_by=actor,
    )
