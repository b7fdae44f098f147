"""A whole installation under fire: processes are killed while a client drives cases over HTTP.

    python -m tests.faults.rounds [ROUNDS [SEED]]

`make test` does ten rounds, `make prove` two hundred.
"""

from __future__ import annotations

import os
import sys

import django

from config.local.install import ROOT
from config.local.throwaway import own_folder
from tests.faults.installation import Installation

ROUNDS, SEED = 10, 20260302


def main(arguments: list[str]) -> int:
    rounds, seed = [*map(int, arguments), *(ROUNDS, SEED)[len(arguments) :]]
    os.chdir(ROOT)
    with own_folder() as folder:
        place = Installation(folder)
        os.environ.update(place.environment)
        try:
            place.start()
            django.setup()
            from tests.faults.walk import Fault, walk  # noqa: PLC0415 - the settings come first

            try:
                said = walk(place, rounds, seed)
            except Fault as fault:
                sys.stdout.write(f"{fault}\n{place.web.said()}\n{place.worker.said()}\n")
                return 1
        finally:
            place.stop()
    sys.stdout.write(said + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
