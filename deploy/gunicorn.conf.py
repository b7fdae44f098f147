"""The web server of an installation, the same under systemd and compose; nginx stands before it."""

from __future__ import annotations

import os
from copy import deepcopy

from config.settings import LOGGING

wsgi_app = "config.wsgi"
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "4"))
worker_class = "gthread"
threads = 4
preload_app = True
# A printed case file of 200 pages is the slowest answer there is.
timeout = 120
graceful_timeout = 30
# Memory that a large file has taken comes back; not all processes at the same moment.
max_requests, max_requests_jitter = 5000, 500
# A heartbeat on a disk that is busy with a backup would look like a dead process.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
limit_request_line = 4094
limit_request_fields = 60
control_socket_disable = True
# nginx writes who asked for what; here only what went wrong, in the same lines as everything else.
accesslog = None
logconfig_dict = deepcopy(LOGGING)
# gunicorn cuts its logger off from the root: without a handler of its own it would write bare lines.
logconfig_dict["loggers"]["gunicorn.error"] = {"handlers": ["console"], "level": "INFO"}
