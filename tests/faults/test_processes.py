"""Web server, worker, broker and database of a real installation killed at random moments: written whole and once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.factories.sizes import examples
from tests.faults.rounds import ROUNDS, SEED


@pytest.mark.prove
def test_whatever_process_is_killed_everything_is_written_once_and_people_are_told():
    rounds = ROUNDS if examples(1) == 1 else 200
    command = [sys.executable, "-m", "tests.faults.rounds", str(rounds), str(SEED)]
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:3000] + done.stdout[-3000:] + done.stderr[-3000:]
    assert f"{rounds} rounds" in done.stdout
    # The line of success, for whoever proves.
    sys.stdout.write(done.stdout)
