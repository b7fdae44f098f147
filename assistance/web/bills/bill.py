"""The bills of everybody in one's scope, and one of them explained."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.policies.queries import floor_versions
from assistance.policies.wording import explain
from assistance.settlements.models import (
    BillImport,
    BillWarning,
    PsychiatricMark,
    Settlement,
)
from assistance.settlements.permissions import DELIVERY_READERS
from assistance.settlements.queries import (
    Seen,
    because,
    bills_visible_to,
    differing_bills,
    late_figures,
    rules_of,
    why_no_figure,
    why_no_typed_figure,
)
from assistance.settlements.queries.institutions import institutions_of, not_designated
from assistance.settlements.sources import Rules
from assistance.shared.money import ZERO
from assistance.web.bills.differing import difference_links, said_of
from assistance.web.bills.lists import BillList, FeeLineList
from assistance.web.bills.words import MEANINGS, formula, identity, named
from assistance.web.lists import list_page
from assistance.web.requests import StaffRequest


@never_cache
def bills(request: StaffRequest) -> HttpResponse:
    rows = bills_visible_to(request.user)
    page = {"reads": request.user.has_role(*DELIVERY_READERS)}
    return list_page(request, BillList, rows, "web/bills/bills.html", **page)


@never_cache
def bill(request: StaffRequest, bill_id: int) -> HttpResponse:
    visible = bills_visible_to(request.user).select_related("person", "reverses", "reversed_by")
    found = get_object_or_404(visible, pk=bill_id)
    extra: dict[str, Any] = {"bill": found, "later": found.later_payments.order_by("paid_on", "id")}
    places = institutions_of([found])
    extra["place"] = (places or {}).get(found.pk)
    extra["not_designated"] = "" if places is None or extra["place"] else not_designated()
    extra["has_lines"] = found.fee_lines.exists()
    extra["mark"] = PsychiatricMark.objects.filter(settlement=found).first()
    rules = rules_of(found)
    if rules is not None:
        delivery = BillImport.objects.select_related("source", "version")
        came_in = delivery.get(pk=found.delivery_id or 0)
        extra |= _explained(request, found, rules, came_in, extra["mark"])
    elif found.source == Settlement.Source.TYPED and found.reverses_id is None:
        extra |= _typed(request, found)
    return list_page(request, FeeLineList, found.fee_lines.all(), "web/bills/bill.html", **extra)


def _explained(
    request: StaffRequest,
    bill: Settlement,
    rules: Rules,
    delivery: BillImport,
    mark: PsychiatricMark | None,
) -> dict[str, Any]:
    """By which columns, codes and formula of the sender the bill was read."""
    return {
        "delivery": delivery,
        "meaning": MEANINGS[delivery.source.meaning],
        "rules_from": rules.first_day.isoformat(),
        "formula": formula(rules),
        "code": _("%(column)s “%(code)s” = %(setting)s")
        % {
            "column": named(rules, "med_type"),
            "code": bill.med_type,
            "setting": bill.get_setting_display(),
        },
        "warnings": [_sentence(warning, rules) for warning in bill.warnings.all()],
        **_own(bill, mark, delivery),
        **_differing(request, bill),
        "reads": request.user.has_role(*DELIVERY_READERS),
    }


def _typed(request: StaffRequest, bill: Settlement) -> dict[str, Any]:
    """Our figure beside the assistance that was typed, or why there is none."""
    why = why_no_typed_figure(bill)
    if why:
        return {"typed": True, "no_figure": why}
    figure = bill.own_figure or ZERO
    return {
        "typed": True,
        "own_figure": figure,
        "own_version": bill.own_version,
        "is_floor": bill.own_version in floor_versions(),
        "difference": bill.assistance - figure,
        **_differing(request, bill),
    }


def _own(bill: Settlement, mark: PsychiatricMark | None, delivery: BillImport) -> dict[str, Any]:
    """Our own figure: as it was when the bill came, or by what became known or was decided of it since; or why
    there is none."""
    later = list(late_figures().filter(settlement=bill))
    figure, version = bill.own_figure, bill.own_version
    if later:
        figure, version = later[0].figure, later[0].own_version
    elif mark is not None and mark.own_figure is not None:
        figure, version = mark.own_figure, mark.own_version
    if figure is None:
        return {"no_figure": why_no_figure(bill, delivery.source)}
    difference = bill.assistance - figure
    return {
        "own_figure": figure,
        "own_version": version,
        "is_floor": version in floor_versions(),
        "difference": difference,
        "late_figures": [(one, because(one)) for one in later],
        "steps": [explain(line) for line in later[0].steps] if later else [],
    }


def _differing(request: StaffRequest, bill: Settlement) -> dict[str, Any]:
    """How far a difference is seen to, and what this person may do about it."""
    rows = Settlement.objects.select_related("person").filter(pk=bill.pk)
    found: Any = differing_bills(rows).first()
    if found is None:
        return {}
    return {
        "seen": Seen(found.seen),
        "said": said_of(found),
        "links": difference_links(request.user, found),
    }


def _sentence(warning: BillWarning, rules: Rules) -> str:
    said = str(warning.get_kind_display())
    more = identity(rules, warning.place) if warning.place else warning.said
    return _("%(what)s: %(more)s") % {"what": said, "more": more} if more else said
