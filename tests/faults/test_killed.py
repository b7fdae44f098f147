"""Web process, worker or database killed at random points of a case's way: done whole, not at all, and never twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from assistance.cases import operations as cases
from assistance.cases.models import Application, StatusChange
from assistance.entitlements.models import Entry
from assistance.payments import operations as payments
from assistance.payments.models import Award, LedgerTransaction
from assistance.payments.queries import check_ledger
from tests.factories.cases import Desk
from tests.factories.sizes import examples
from tests.faults.orders import ORDERS, batch_of
from tests.permissions.witness import state_of_everything

ROUNDS = 10


class Worker:
    """The process that forks workers, and what became of the last one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said()

    def do(self, what: str, of: str, at: datetime, strikes: int, victim: str) -> tuple[str, int]:
        order = {"what": what, "of": of, "at": at.isoformat(), "strikes": strikes, "victim": victim}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self.said()

    def said(self) -> tuple[str, int]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process that forks has ended"
        end, count = json.loads(line)
        return end, count


@pytest.fixture
def worker(transactional_db) -> Iterator[Worker]:
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    place = settings.STORAGES["papers"]["OPTIONS"]["location"]
    env = os.environ | {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        # No broker answers here: what is due is found by its row, not by its message.
        "BROKER_URL": "redis://127.0.0.1:1/0",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.zygote", str(place)],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Worker(process)
        assert process.stdin is not None
        process.stdin.close()


def written(number: str) -> tuple[Any, ...]:
    case = Application.objects.get(number=number)
    awards = list(Award.objects.filter(application=case).values_list("state", flat=True))
    money = LedgerTransaction.objects.exclude(kind=LedgerTransaction.Kind.BUDGET).count()
    return str(case.state), Entry.objects.count(), [str(state) for state in awards], money


class Way:
    """A case on its way, each of its steps struck until it is done."""

    def __init__(self, worker: Worker, dice: random.Random) -> None:
        self.worker, self.dice, self.struck = worker, dice, 0
        self.desk = Desk()
        # Whoever acts exists before anything is struck.
        self.desk.cast.everybody()
        self.number = self.desk.draft().number

    def case(self) -> Application:
        return Application.objects.get(number=self.number)

    def step(self, what: str, strikes: int) -> None:
        """Strike it as often as told, at any of its statements, and have it done then."""
        length = 60
        before = written(self.number), state_of_everything()
        for _time in range(strikes):
            victim = self.dice.choice(["process", "database"])
            at = self.dice.randint(1, length)
            end, count = self.worker.do(what, self.number, self.desk.now, at, victim)
            if end == "done":
                break
            self.struck += 1
            wanted = "killed" if victim == "process" else "database away"
            assert (end, state_of_everything()) == (wanted, before[1]), (what, victim, at, count)
        else:
            end, _count = self.worker.do(what, self.number, self.desk.now, 0, "")
            assert end == "done", (what, end)
        assert written(self.number) != before[0]

    def walk(self, strikes: int) -> None:
        for what in ORDERS:
            self.between(what)
            self.step(what, strikes)

    def between(self, what: str) -> None:
        """What other people do before it, undisturbed."""
        desk, signed = self.desk, {"at": self.desk.now, "version": None}
        if what == "agree":
            cases.sign_first_review(self.case(), opinion="属实", actor=desk.cast.leader, **signed)
            cases.propose(self.case(), opinion="拟同意", actor=desk.cast.reviewer, **signed)
        elif what == "close":
            desk.certified()
        elif what == "hand_out":
            payments.confirm_batch(batch_of(self.number), actor=desk.cast.second_payer, at=desk.now)


@pytest.mark.prove
@pytest.mark.django_db(transaction=True)
def test_whatever_is_killed_a_step_is_done_once_and_whole_or_not_at_all(worker):
    rounds = ROUNDS if examples(1) == 1 else 200
    dice = random.Random(20260302)
    way = Way(worker, dice)
    way.walk(strikes=rounds // len(ORDERS) + 1)
    assert way.struck >= rounds // 2
    case = way.case()
    assert written(way.number)[2] == ["paid"]
    moves = list(StatusChange.objects.filter(application=case).values_list("to_state", flat=True))
    assert len(moves) == len(set(moves))
    assert Entry.objects.count() == 1
    assert check_ledger(way.desk.fund) == []
    # The same orders again change nothing; what the bank got may be fetched once more.
    before = state_of_everything()
    ends = {what: worker.do(what, way.number, way.desk.now, 0, "")[0] for what in ORDERS}
    again = {what for what, end in ends.items() if end == "done"}
    assert again <= {"close", "hand_out", "read_return"}, ends
    assert all(end == "done" or end.startswith("refused") for end in ends.values()), ends
    assert state_of_everything() == before
