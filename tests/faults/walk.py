"""Rounds of a strike: a step of a case is under way, something is killed, and everybody goes on as people do."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Timer

from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now

from assistance.jobs.models import BackgroundJob, Sweep
from config import celery_app
from config.local.processes import wait_until
from tests.faults.county import County, Form, Written
from tests.faults.installation import Answer, Installation

# Two that are killed for what they do themselves, and those that stand behind all of them.
WEB = ("a process of the web server", "the web server")
WORKER = ("a process of the worker", "the worker", "the broker")
DATABASE = ("a process of the database", "a process of the database", "the database")
LIST_WORK = "registry.do_list_jobs"
DONE = (200, 302)
REFUSED = (409, 422)
# The clock sends its message every minute; the worker needs a moment to find its broker again.
SWEEP_SECONDS = 60
RINGS = 4


@dataclass(frozen=True)
class Step:
    prepare: Callable[[County], Form | str]
    victims: tuple[str, ...]
    # Whether it is one transaction, so that after a strike all of it is there or nothing.
    whole: bool = True
    # The work of the worker that follows from it.
    then: str = ""


STEPS = {
    "submit": Step(County.submit, (*WEB, *DATABASE)),
    "agree": Step(County.agree, (*WEB, *DATABASE)),
    "close": Step(County.close, (*WORKER, *DATABASE)),
    "draw up a batch": Step(County.draw_up, (*WEB, *DATABASE)),
    "hand out the file": Step(County.hand_out, (*WEB, *DATABASE)),
    "read the return": Step(County.read_return, (*WEB, *DATABASE)),
    "hand in a list": Step(
        County.hand_in_list, (*WEB, *WORKER, *DATABASE), whole=False, then=LIST_WORK
    ),
}


class Fault(AssertionError):
    """Something that may never be."""


class Walk:
    def __init__(self, place: Installation, dice: random.Random) -> None:
        self.place, self.dice = place, dice
        self.county = County(place)
        self.added: dict[str, Counter[str]] = {}
        self.lasts: dict[str, float] = {}
        self.outcomes: Counter[str] = Counter()

    def learn(self) -> None:
        """Each step undisturbed: how long it takes and which rows it adds."""
        for name, step in STEPS.items():
            order = step.prepare(self.county)
            before, began = self.county.written(), time.monotonic()
            self.give(order, step)
            self.lasts[name] = time.monotonic() - began
            self.added[name] = added(before, self.county.written())
            require(self.added[name].total() > 0, f"{name} wrote nothing")

    def give(self, order: Form | str, step: Step) -> None:
        if isinstance(order, Form):
            answer = self.county.send(order)
            require(answer is not None and answer.status in DONE, f"{order.path}: {shown(answer)}")
            self.follow(step)
        else:
            self.sweep(order)

    def follow(self, step: Step) -> None:
        """The worker does what was ordered, or has done it already."""
        if step.then:
            self.sweep(step.then)

    def rounds(self, count: int) -> None:
        steps: Iterator[str] = itertools.cycle(STEPS)
        for number, name in enumerate(itertools.islice(steps, count), 1):
            victim = self.dice.choice(STEPS[name].victims)
            after = self.dice.uniform(0, self.lasts[name])
            try:
                self.round(name, victim, after)
            except AssertionError as error:
                raise Fault(
                    f"round {number}, {name}, {victim} after {after:.3f} s: {error}"
                ) from error

    def round(self, name: str, victim: str, after: float) -> None:
        step = STEPS[name]
        order = step.prepare(self.county)
        before = self.county.written()
        connection.close()
        answer = self.struck(name, order, victim, after)
        self.while_away(victim)
        self.place.mend()
        self.judge(order, victim, answer)
        outcome = self.outcome(name, before) if step.whole else "begun"
        self.outcomes[outcome] += 1
        if isinstance(answer, Answer) and answer.status in DONE:
            require(outcome != "nothing", "the user was told that it is done")
        self.again(order, step)
        require(self.outcome(name, before) == "done", "it is not done in the end")
        require(not (wrongs := self.county.wrongs()), "; ".join(wrongs))

    def struck(self, name: str, order: Form | str, victim: str, after: float) -> Answer | None:
        """What is answered to whoever sends it while, so long after, something is killed."""
        blow = Timer(after, self.place.strike, (victim, self.dice))
        began = time.monotonic()
        blow.start()
        try:
            if not isinstance(order, Form):
                celery_app.send_task(order, retry=False)
                return None
            answer = self.county.send(order)
            if answer is not None and answer.status in DONE:
                # The first time took longer than those that follow.
                self.lasts[name] = time.monotonic() - began
            return answer
        finally:
            blow.join()

    def judge(self, order: Form | str, victim: str, answer: Answer | None) -> None:
        """A living web server answers: done, or a page that asks to wait, with the id of the request."""
        if not isinstance(order, Form):
            return
        if answer is None:
            require(victim in WEB, "a living server gave no answer")
        elif answer.status not in DONE:
            require_page_that_asks_to_wait(answer)

    def while_away(self, victim: str) -> None:
        """What people see before somebody starts it again."""
        if victim == "the database":
            answer = self.county.look(self.county.cast.clerk, "/")
            require(answer is not None, "no answer without the database")
            require_page_that_asks_to_wait(answer)
        elif victim == "the broker":
            page = self.county.look(self.county.cast.administrator, "/health/page")
            require(page is not None and page.status == 200, "no health page without the broker")
            require("消息队列无响应" in page.text, "it says nothing of the broker")

    def again(self, order: Form | str, step: Step) -> None:
        """The user sends the same once more, the clock wakes the worker once more."""
        if isinstance(order, Form):
            answer = self.county.send(order)
            known = answer is not None and answer.status in (*DONE, *REFUSED)
            require(known, f"sent again: {shown(answer)}")
        else:
            self.sweep(order)
        self.follow(step)

    def outcome(self, name: str, before: Written) -> str:
        after = self.county.written()
        if after.digest == before.digest:
            return "nothing"
        more = added(before, after)
        wrong = dict(more - self.added[name]), dict(self.added[name] - more)
        require(more == self.added[name], f"half or twice (too many, too few): {wrong}")
        return "done"

    def sweep(self, task: str) -> None:
        """One stroke of the clock, and a second one for work whose worker died with its claim."""
        self.stroke(task)
        for job in BackgroundJob.objects.filter(state=BackgroundJob.State.RUNNING):
            require(job.lease_until is not None and job.attempts == 1, "a claim was no lease")
            # Nobody waits here for the minute that the lease still has.
            BackgroundJob.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
            self.stroke(task)
        left = BackgroundJob.objects.exclude(state=BackgroundJob.State.DONE)
        require(not left.exists(), f"work is left: {list(left.values('kind', 'state', 'message'))}")

    def stroke(self, task: str) -> None:
        sent = now()

        def swept() -> bool:
            # A worker whose broker went away may give up, and is started anew.
            self.place.keep_up()
            return swept_since(task, sent)

        # What is rung while the database still recovers fails, and the clock rings again.
        for _ in range(RINGS):
            celery_app.send_task(task)
            if wait_until(swept, seconds=SWEEP_SECONDS / RINGS, step=0.1):
                return
        raise Fault(f"{task} did not run")


def swept_since(task: str, moment: datetime) -> bool:
    return Sweep.objects.filter(
        name=task, started_at__gte=moment, finished_at__isnull=False
    ).exists()


def added(before: Written, after: Written) -> Counter[str]:
    more = Counter(after.rows)
    more.subtract(before.rows)
    return Counter({table: count for table, count in more.items() if count})


def is_a_line_of_ours(line: str) -> bool:
    try:
        return "request" in json.loads(line)
    except ValueError:
        return False


def require(held: bool, sentence: str) -> None:
    if not held:
        raise Fault(sentence)


def require_page_that_asks_to_wait(answer: Answer | None) -> None:
    require(answer is not None and answer.status == 503, shown(answer))
    require(bool(answer.headers.get("x-request-id")), "no id of the request")
    require("Traceback" not in answer.text and "</html>" in answer.text, "no page")
    require(answer.headers["x-request-id"] in answer.text, "the page does not show the id")


def shown(answer: Answer | None) -> str:
    return "no answer" if answer is None else f"{answer.status} {answer.text[:2000]}"


def walk(place: Installation, rounds: int, seed: int) -> str:
    """Strike so often; returns the sentence of success, raises Fault."""
    began, way = time.monotonic(), Walk(place, random.Random(seed))
    way.learn()
    way.rounds(rounds)
    call_command("check_chain", verbosity=0)
    for log in ("web.log", "worker.log"):
        for line in (place.folder / log).read_text(encoding="utf-8").splitlines():
            require(is_a_line_of_ours(line), f"{log}: {line}")
    ends = ", ".join(f"{what} {count}" for what, count in sorted(way.outcomes.items()))
    seconds = time.monotonic() - began
    return f"{rounds} rounds with seed {seed} in {seconds:.0f} s; right after the strike: {ends}"
