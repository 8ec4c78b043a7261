"""Publishing workers that may be killed at any line, for the fault test.

`python -m tests.publishing_worker` reads lines: each "start" forks a worker from the loaded program
and prints its pid. The settings of the database come as JSON in TEST_DATABASE, how much shorter all
waits are than in production stands in `SHORT`. A worker ends when the process that made it does.
"""

import json
import os
import random
import signal
import sys
from datetime import timedelta
from typing import Any

import django

# By module: leases that outlive the calls of a test, looks without minutes between them.
SHORT: dict[str, dict[str, Any]] = {
    "content.claiming": {
        "PREPARING": timedelta(seconds=3),
        "LONGEST_WRITE": timedelta(seconds=3),
        "WRITE_WITHIN": timedelta(seconds=3),
        "WRITE_WITH_FILES_WITHIN": timedelta(seconds=5),
    },
    "content.sending": {
        "WRITE_WITHIN": timedelta(seconds=3),
        "WRITE_WITH_FILES_WITHIN": timedelta(seconds=5),
    },
    "content.sent_outcomes": {
        "FIRST_LOOK": timedelta(seconds=0.3),
        "PAUSES": (timedelta(seconds=0.5), timedelta(seconds=1)),
    },
    "content.reconciling": {
        "PAUSE": timedelta(seconds=1.2),
        "LEASE": timedelta(seconds=4),
        "MOST_LOOKS": 3,
    },
    "content.publishing": {"REAP_EVERY": 0.5},
}
SETTLING = timedelta(seconds=1)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")
    django.setup()
    from django.db import connections  # noqa: PLC0415

    connections.databases["default"].update(json.loads(os.environ["TEST_DATABASE"]))
    shorten()
    # Nobody waits for the dead.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        if pid := os.fork():
            print(pid, flush=True)  # noqa: T201
        else:
            work(os.getppid())
            os._exit(0)


def shorten() -> None:
    from communities.networks.publishing import PUBLISHERS  # noqa: PLC0415
    from communities.networks.vk_publishing import VkPublisher  # noqa: PLC0415
    from content import claiming, publishing, reconciling, sending, sent_outcomes  # noqa: PLC0415

    for module in (claiming, publishing, reconciling, sending, sent_outcomes):
        for name, value in SHORT[module.__name__].items():
            assert hasattr(module, name), f"{module.__name__}.{name}"
            setattr(module, name, value)
    PUBLISHERS["vk"] = VkPublisher(settling=SETTLING)


def work(parent: int) -> None:
    """What Celery wakes, one after the other, without an end."""
    from django.utils import timezone  # noqa: PLC0415

    from content.publishing import publish_for  # noqa: PLC0415
    from content.reconciling import look_up  # noqa: PLC0415

    random.seed()
    while os.getppid() == parent:
        publish_for(0.5)
        look_up(at=timezone.now())


if __name__ == "__main__":
    main()
