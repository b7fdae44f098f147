"""A list of Jingning's agency as if a document of lists were in force there, with one person of its township."""

from __future__ import annotations

from datetime import date

from django.utils.timezone import now

from assistance.screening.operations import start_run
from assistance.screening.states import RunKind
from tests.factories.accounts import Cast
from tests.factories.drawn import draw, make_period
from tests.factories.registry import make_bill, make_person


class DrawnSample:
    def __init__(self, cast: Cast) -> None:
        self.person = make_person("钟有田")
        make_bill(self.person, "31000.00", settled_on=date(2024, 1, 20))
        self.before = draw(make_period("zhipin", 2024, 1, where=cast.agency))
        self.run = draw(make_period("zhipin", 2024, 2, where=cast.agency))
        self.entry = self.run.entries.get()
        self.waiting = start_run(self.run.period, kind=RunKind.TRIAL, actor=None, at=now())
        self.due = make_period("watch", 2024, 2, where=cast.agency)
