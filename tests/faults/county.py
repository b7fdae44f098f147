"""The desk of an installation under fire: who sends what, and what stands written afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count, F
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now

from assistance.accounts.models import User
from assistance.cases import operations as cases
from assistance.cases.models import Application, Notice, StatusChange
from assistance.cases.states import State
from assistance.entitlements.models import Entry
from assistance.jobs.models import BackgroundJob
from assistance.payments import operations as payments
from assistance.payments.models import Award, Batch
from assistance.payments.queries import check_ledger
from assistance.registry.models import ListImport
from assistance.registry.operations import lists
from tests.factories.cases import Desk
from tests.factories.lists import as_csv, make_source, row
from tests.factories.payments import return_file, return_rows
from tests.factories.registry import new_number
from tests.faults.installation import HOST, Answer, Installation
from tests.permissions.witness import TRACES, state_of_everything

TOKEN = "f" * 32


@dataclass(frozen=True)
class Form:
    """What somebody sends, word for word the same as often as he has to."""

    user: User
    path: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None

    def body(self) -> bytes:
        sent = dict(self.fields)
        if self.file is not None:
            sent["file"] = SimpleUploadedFile(*self.file)
        return encode_multipart(BOUNDARY, sent)


@dataclass(frozen=True)
class Written:
    """All rows: their digest, and how many each table has."""

    digest: str
    rows: Counter[str]


class County:
    """Jingning on an installation of its own, with one case after the other on its way."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        today = localdate()
        # A year for which one may still apply, whatever day it is.
        year = today.year if today.month > 6 else today.year - 1
        self.desk = Desk(money="100000000.00", start=today, year=year)
        self.cast = self.desk.cast
        self.cast.everybody()
        self.source = make_source("DIBAO", is_full=False)
        self.sessions: dict[int, str] = {}
        self.number = ""
        for user in self.cast.everybody():
            self.headers(user)

    # What is sent

    def submit(self) -> Form:
        self.desk.now = localtime()
        self.number = self.desk.draft().number
        return self._step("submit", self.cast.clerk)

    def agree(self) -> Form:
        signed: dict[str, Any] = {"at": now(), "version": None}
        cases.sign_first_review(self.case, opinion="属实", actor=self.cast.leader, **signed)
        cases.propose(self.case, opinion="拟同意", actor=self.cast.reviewer, **signed)
        return self._step("agree", self.cast.approver, opinion="同意")

    def close(self) -> str:
        """Its notice has hung its days: the rows are moved back, for nobody waits for them here."""
        self.desk.now = localtime()
        notice = self.desk.notice()
        days = ("drawn_up_at", "posted_on", "first_day", "last_day")
        back = {day: F(day) - timedelta(days=20) for day in days}
        Notice.objects.filter(pk=notice.pk).update(**back)
        notice.refresh_from_db()
        text = "已张贴满期，无异议"
        cases.certify_notice(notice, text=text, actor=self.cast.leader, at=now())
        return "cases.close_due_notices"

    def draw_up(self) -> Form:
        fields = {"award": [Award.objects.get(application__number=self.number).pk]}
        return Form(self.cast.payer, reverse("draw_up_batch"), fields)

    def hand_out(self) -> Form:
        payments.confirm_batch(self.batch, actor=self.cast.second_payer, at=now())
        return self._batch("hand_out_file")

    def read_return(self) -> Form:
        file = "return.csv", return_file(return_rows(self.batch))
        return self._batch("read_return", file)

    def hand_in_list(self) -> Form:
        """The list before it makes room."""
        for listing in ListImport.objects.filter(stage=ListImport.Stage.PREVIEWED):
            lists.discard_list(listing, reason="重做", actor=self.cast.reviewer, at=now())
        fields = {"source": self.source.pk, "as_of": localdate()}
        file = "名单.csv", as_csv(*(row(new_number()) for _n in range(3)))
        return Form(self.cast.reviewer, reverse("upload_list"), fields, file)

    def _step(self, name: str, user: User, **fields: Any) -> Form:
        fields["version"] = self.case.version
        return Form(user, reverse(name, args=[self.number]), fields)

    def _batch(self, name: str, file: tuple[str, bytes] | None = None) -> Form:
        return Form(self.cast.payer, reverse(name, args=[self.batch.number]), file=file)

    def send(self, form: Form) -> Answer | None:
        headers = self.headers(form.user) | {
            "Content-Type": MULTIPART_CONTENT,
            "X-CSRFToken": TOKEN,
            "Referer": f"https://{HOST}/",
        }
        return self.place.ask("POST", form.path, body=form.body(), headers=headers)

    def look(self, user: User, path: str) -> Answer | None:
        return self.place.ask("GET", path, headers=self.headers(user))

    def headers(self, user: User) -> dict[str, str]:
        if user.pk not in self.sessions:
            client = Client()
            client.force_login(user)
            self.sessions[user.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {
            settings.SESSION_COOKIE_NAME: self.sessions[user.pk],
            settings.CSRF_COOKIE_NAME: TOKEN,
        }
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    # What stands written

    @property
    def case(self) -> Application:
        return Application.objects.get(number=self.number)

    @property
    def batch(self) -> Batch:
        return Batch.objects.get(lines__award__application__number=self.number)

    def written(self) -> Written:
        tables = sorted(
            model._meta.db_table
            for model in apps.get_models()
            if model.__module__.startswith("assistance.") and model._meta.db_table not in TRACES
        )
        counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counts}")
            rows = Counter(dict(zip(tables, cursor.fetchone(), strict=True)))
        return Written(state_of_everything(), rows)

    def work_under_way(self) -> list[BackgroundJob]:
        states = [BackgroundJob.State.QUEUED, BackgroundJob.State.RUNNING]
        return list(BackgroundJob.objects.filter(state__in=states))

    def wrongs(self) -> list[str]:
        """What may never be, however the rows came about; empty when all is well."""
        moves = StatusChange.objects.values("application", "to_state").annotate(n=Count("id"))
        states = Counter(Application.objects.values_list("state", flat=True))
        agreed = states[State.PUBLICITY] + states[State.APPROVED]
        found: dict[str, object] = {
            "reached twice": list(moves.filter(n__gt=1)),
            "ledger": check_ledger(self.desk.fund),
            "grants and agreed cases": differing(Entry.objects.count(), agreed),
            "awards and approved cases": differing(Award.objects.count(), states[State.APPROVED]),
        }
        return [f"{name}: {what}" for name, what in found.items() if what]


def differing(one: int, other: int) -> str:
    return "" if one == other else f"{one} and {other}"
