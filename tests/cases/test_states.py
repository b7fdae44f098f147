from __future__ import annotations

from assistance.cases.permissions import RULES
from assistance.cases.states import BY_SYSTEM, FINISHED, MOVES, UNDER_WAY, Action, State


def test_moves_are_made_of_actions_and_states():
    for (action, before), after in MOVES.items():
        assert isinstance(action, Action)
        assert isinstance(before, State)
        assert after
        assert after <= set(State)


def test_every_state_but_the_finished_ones_has_a_way_on():
    leaving = {before for _action, before in MOVES}
    assert leaving == set(State) - {State.OVERPAID, State.REFUSED, State.WITHDRAWN}


def test_every_state_can_be_reached_and_the_draft_only_after_a_wait():
    assert set().union(*MOVES.values()) == set(State)
    to_draft = {key for key, to in MOVES.items() if State.DRAFT in to}
    assert to_draft == {
        (Action.RESUME, State.WAITING),
        (Action.TAKE_BACK, State.FIRST_REVIEW),
    }


def test_draft_under_way_and_finished_are_all_states():
    assert {State.DRAFT} | UNDER_WAY | FINISHED == set(State)
    assert UNDER_WAY.isdisjoint(FINISHED)


def test_every_move_of_a_person_has_a_rule():
    by_rule = {key for key in MOVES if key[0] not in BY_SYSTEM | {Action.TAKE_BACK}}
    assert by_rule <= set(RULES)


def test_taking_back_undoes_moves_that_have_a_rule():
    """It asks the rule of the move it undoes, of the person who made it."""
    for (action, state), before in MOVES.items():
        if action == Action.TAKE_BACK:
            for to in before:
                undone = {key for key, after in MOVES.items() if key[1] == to and state in after}
                assert undone & set(RULES)
