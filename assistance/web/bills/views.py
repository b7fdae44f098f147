"""Bills by the file: taking a file in, what became of it, rows in doubt, and the bills themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.accounts.models import User
from assistance.jobs.queries import latest_job
from assistance.settlements.models import BillImport, BillInDoubt, BillSource
from assistance.settlements.operations import book_waiting, receive_bills
from assistance.settlements.permissions import (
    DELIVERING_ROLES,
    DELIVERY_READERS,
    may_deliver_bills,
    why_not_release_source,
)
from assistance.settlements.queries import (
    bills_visible_to,
    deliveries_visible_to,
    doubts_visible_to,
    sources_visible_to,
    waiting_counts,
    why_no_figures,
)
from assistance.settlements.tasks import EXECUTORS
from assistance.shared.errors import Refused
from assistance.web.acts import Act, links, perform, refuse
from assistance.web.bills.acts import DOUBT_ACTS, RELEASING
from assistance.web.bills.annotated import Annotated
from assistance.web.bills.forms import UploadForm
from assistance.web.bills.lists import DeliveryList, DoubtList, WarningList
from assistance.web.bills.rows import masked_row
from assistance.web.bills.words import CITIES, MEANINGS, changes, in_words
from assistance.web.jobs.shown import shown
from assistance.web.lists import list_page
from assistance.web.lists.later import LaterRequest, order_file
from assistance.web.lists.page import EXPORTS, is_long, take_out
from assistance.web.requests import StaffRequest


def may_upload(user: User) -> bool:
    return user.agency_id is not None and user.has_role(*DELIVERING_ROLES)


@never_cache
def deliveries(request: StaffRequest) -> HttpResponse:
    rows, user = deliveries_visible_to(request.user), request.user
    page = {"may_upload": may_upload(user), "reads": user.has_role(*DELIVERY_READERS)}
    return list_page(request, DeliveryList, rows, "web/bills/deliveries.html", **page)


@never_cache
def upload(request: StaffRequest) -> HttpResponse:
    if not may_upload(request.user):
        raise PermissionDenied
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(request.user, *posted)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = receive_bills(
                form.cleaned_data["source"],
                content=file.read(),
                filename=file.name or "",
                actor=request.user,
                at=now(),
            )
        except Refused as error:
            refuse(form, error)
        else:
            return redirect("delivery", made.pk)
    status = 422 if form.errors else 200
    return render(request, "web/bills/upload.html", {"form": form}, status=status)


def visible_delivery(request: StaffRequest, delivery_id: int) -> BillImport:
    return get_object_or_404(deliveries_visible_to(request.user), pk=delivery_id)


@never_cache
def delivery(request: StaffRequest, delivery_id: int) -> HttpResponse:
    found = visible_delivery(request, delivery_id)
    job = latest_job(found.pk, *EXECUTORS)
    may = may_deliver_bills(request.user, found.source)
    extra: dict[str, Any] = {
        "delivery": found,
        "counts": _counts(found),
        "meaning": MEANINGS[found.source.meaning],
        "no_figures": why_no_figures(found.source.city),
        "may_annotate": may and found.file is not None and found.state == found.State.BOOKED,
    }
    if job is not None and job.is_live:
        extra |= shown(job, request.user) | {"is_live": True}
    own = bills_visible_to(request.user).filter(pk=OuterRef("settlement"))
    rows = found.warnings.annotate(is_own=Exists(own)).select_related(
        "settlement__person", "delivery__version"
    )
    return list_page(request, WarningList, rows, "web/bills/delivery.html", **extra)


def _counts(found: BillImport) -> list[tuple[str, int, str]]:
    """Label, count and where the count leads to."""
    doubts = f"{reverse('bill_doubts')}?delivery={found.pk}&settled=on"
    fields = ("rows", "booked", "refunded", "supplements", "fee_lines", "known", "in_doubt")
    return [
        (
            str(BillImport._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            getattr(found, name),
            doubts if name == "in_doubt" and found.in_doubt else "",
        )
        for name in (*fields, "warned")
    ]


@never_cache
def annotated(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """The file back with results: full numbers, so it is noted who took it out. Asked for by POST; a long
    one is made by a worker."""
    by_worker = isinstance(request, LaterRequest)
    if request.method != "POST" and not by_worker:
        return HttpResponseNotAllowed(["POST"])
    found = visible_delivery(request, delivery_id)
    if not may_deliver_bills(request.user, found.source):
        raise PermissionDenied
    wanted = request.GET.get("format", "csv")
    subject = f"delivery of bills {found.pk} with results"
    if wanted not in EXPORTS:
        raise Http404
    try:
        table = Annotated(found)
        if is_long(found.rows) and not by_worker:
            return order_file(request, f"{subject}, {wanted}")
        return take_out(
            request, subject, wanted, header=table.header, rows=table.rows(), count=found.rows
        )
    except Refused as error:
        if by_worker:
            raise
        messages.error(request, str(error))
        return redirect("delivery", delivery_id)


@never_cache
def sources(request: StaffRequest) -> HttpResponse:
    found = sources_visible_to(request.user).prefetch_related("versions")
    page = {
        "sources": [(source, sum(waiting_counts(source).values())) for source in found],
        "may_book": may_upload(request.user),
    }
    return render(request, "web/bills/sources.html", page)


def visible_source(request: StaffRequest, source_id: int) -> BillSource:
    return get_object_or_404(sources_visible_to(request.user), pk=source_id)


@never_cache
def source(request: StaffRequest, source_id: int) -> HttpResponse:
    found = visible_source(request, source_id)
    versions = list(found.versions.select_related("drafted_by", "released_by").order_by("-number"))
    reasons = dict(BillInDoubt.Reason.choices)
    page = {
        "source": found,
        "meaning": MEANINGS[found.meaning],
        "no_figures": why_no_figures(found.city),
        "city": CITIES.get(found.city, found.city),
        "versions": versions,
        "blocks": in_words(versions[0].text) if versions else [],
        "changes": changes(versions[0].text if versions else "", found.draft)
        if found.draft
        else [],
        "why_not_release": why_not_release_source(request.user, found) if found.draft else "",
        "links": links([RELEASING], request.user, found, found.pk),
        "waiting": [(reasons[reason], count) for reason, count in waiting_counts(found).items()],
        "may_book": may_deliver_bills(request.user, found),
    }
    return render(request, "web/bills/source.html", page)


@never_cache
def release(request: StaffRequest, source_id: int) -> HttpResponse:
    found = visible_source(request, source_id)
    about = [
        (_("Source of bills"), str(found)),
        (_("Drafted by"), str(found.drafted_by or "")),
    ]
    page: dict[str, Any] = {"pretitle": _("Source of bills"), "about": about}
    return perform(
        request, RELEASING, found, back=lambda: reverse("bill_source", args=[source_id]), **page
    )


@never_cache
@require_POST
def book_waiting_rows(request: StaffRequest, source_id: int) -> HttpResponse:
    found = visible_source(request, source_id)
    try:
        count = book_waiting(found, actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(count)d row was booked.", "%(count)d rows were booked.", count)
        messages.success(request, said % {"count": count})
    return redirect("bill_source", source_id)


@never_cache
def doubts(request: StaffRequest) -> HttpResponse:
    rows = doubts_visible_to(request.user)
    return list_page(request, DoubtList, rows, "web/bills/doubts.html")


def visible_doubt(request: StaffRequest, doubt_id: int) -> BillInDoubt:
    return get_object_or_404(doubts_visible_to(request.user), pk=doubt_id)


@never_cache
def doubt(request: StaffRequest, doubt_id: int) -> HttpResponse:
    found = visible_doubt(request, doubt_id)
    page = {
        "doubt": found,
        "row": masked_row(found).items(),
        "links": links(DOUBT_ACTS, request.user, found, found.pk),
    }
    return render(request, "web/bills/doubt.html", page)


@never_cache
def act(request: StaffRequest, doubt_id: int, act: Act[BillInDoubt]) -> HttpResponse:
    found = visible_doubt(request, doubt_id)
    about = [
        (_("Row"), f"{found.delivery.file_name} · {found.line}"),
        (_("Reason"), str(found.get_reason_display())),
        *([(_("What is wrong"), found.fault)] if found.fault else []),
    ]
    page: dict[str, Any] = {"pretitle": _("Row in doubt"), "about": about}
    return perform(request, act, found, back=lambda: reverse("bill_doubt", args=[doubt_id]), **page)
