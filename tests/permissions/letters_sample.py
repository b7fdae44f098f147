"""A refused and a returned case without letters, and a letter that nobody has served yet."""

from __future__ import annotations

from tests.factories.cases import Desk
from tests.factories.letters import refusal_letter, refused, returned


class LettersSample:
    def __init__(self, desk: Desk) -> None:
        self.refused = refused(desk)
        self.returned = returned(desk)
        self.letter = refusal_letter(desk, refused(desk))
