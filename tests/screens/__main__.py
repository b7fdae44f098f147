"""Photograph every page in every role, wide and narrow, and fail on what a look would not find.

    python -m tests.screens [--role ROLE] [--only TEXT]
    python -m tests.screens --manual          the pictures of the manual, into static/manual/

Writes screens/<role>/<page>-<width>.png. Starts throw-away servers with the demo county, unless DATABASE_URL
names a database that has it already. Fails on a serious axe-core finding, a page wider than its window, and
an English word on a Chinese page.
"""

from __future__ import annotations

import os
import subprocess
import sys

from config.local.throwaway import throwaway_servers

START = "import django, runpy; django.setup(); runpy.run_module('tests.screens.walk', run_name='__main__')"


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    # Playwright's loop runs in the thread that asks the database; its questions are short.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # A process of its own: settings read the servers' addresses when they are imported, and models
    # can be imported only after Django is set up.
    with throwaway_servers():
        command = [sys.executable, "-c", START, *sys.argv[1:]]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
