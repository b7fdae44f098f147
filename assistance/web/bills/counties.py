"""What a county sets itself under a document of its city: the draft with what it changes, and its release."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.calculation import BadPack, Pack, read_pack
from assistance.policies.county import advice, changes, examples, framework_of
from assistance.policies.models import CountyPolicy
from assistance.policies.operations import release_policy
from assistance.policies.permissions import why_not_release_policy
from assistance.policies.queries import county_policies_visible_to, own_version_of, pack_of
from assistance.shared.errors import Refused
from assistance.web.acts import Act, links, perform, plain
from assistance.web.bills.forms import ReleaseForm
from assistance.web.requests import StaffRequest


def _may_release(user: User, policy: CountyPolicy) -> bool:
    return bool(policy.draft) and why_not_release_policy(user, policy) is None


RELEASING_POLICY: Act[CountyPolicy] = Act(
    url_name="release_county_policy",
    path="release/",
    title=gettext_lazy("Release the county's own version"),
    done=gettext_lazy(
        "The version is released: bills of the county's people are assisted by it from now on."
    ),
    form=plain(ReleaseForm, lambda policy: {"draft": policy.draft}),
    may=_may_release,
    run=release_policy,
    hint=gettext_lazy(
        "Figures of bills that are booked stay as they are; those of other counties too."
    ),
)


@never_cache
def county_policies(request: StaffRequest) -> HttpResponse:
    found = county_policies_visible_to(request.user)
    cards = [_card(request.user, policy) for policy in found]
    return render(request, "web/bills/counties.html", {"cards": cards})


@never_cache
def release(request: StaffRequest, policy_id: int) -> HttpResponse:
    found = get_object_or_404(county_policies_visible_to(request.user), pk=policy_id)
    about = [(_("Agency"), str(found.agency)), (_("Drafted by"), str(found.drafted_by or ""))]
    page: dict[str, Any] = {"pretitle": _("The county's own version"), "about": about}
    return perform(
        request, RELEASING_POLICY, found, back=lambda: reverse("county_policies"), **page
    )


def _card(user: User, policy: CountyPolicy) -> dict[str, Any]:
    last = own_version_of(policy.agency)
    card: dict[str, Any] = {"policy": policy, "version": last}
    if last is not None:
        card["values"] = changes(pack_of(last), framework_of(pack_of(last)))
    if policy.draft:
        card["why_not_release"] = why_not_release_policy(user, policy)
        card["links"] = links([RELEASING_POLICY], user, policy, policy.pk)
        card |= _drafted(policy, pack_of(last) if last is not None else None)
    return card


def _drafted(policy: CountyPolicy, last: Pack | None) -> dict[str, Any]:
    """What the draft changes: against the version before, or against the city's document."""
    try:
        pack = read_pack(policy.draft)
        framework = framework_of(pack)
    except (BadPack, Refused) as error:
        return {"unreadable": str(error)}
    before = last or framework
    return {
        "draft": pack,
        "advice": advice(pack, framework),
        "changes": changes(pack, before),
        "examples": examples(pack, before, max(v.first_day for v in pack.values)),
    }
