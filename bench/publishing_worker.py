"""What the clock wakes, in a process of its own: `python -m bench.publishing_worker WHAT SECONDS`.

WHAT is `publish` (the loop) or `sweep` (pages and posts are measured, day after day). Prints
"ready", and begins when a line comes in. The database is named by BENCH_DATABASE, the simulated
networks by the settings' own variables.
"""

import datetime as dt
import os
import sys
import time

import django
from django.db import connections


def main() -> None:
    what, seconds = sys.argv[1], float(sys.argv[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")
    django.setup()
    connections.databases["default"]["NAME"] = os.environ["BENCH_DATABASE"]
    work = {"publish": publish, "sweep": sweep}[what]
    connections["default"].ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    print(work(seconds), flush=True)


def publish(seconds: float) -> int:
    from content.publishing import publish_for  # noqa: PLC0415

    return publish_for(seconds)


def sweep(seconds: float) -> int:
    """How many pages were read. Each run is a day later, so that all of them are due again."""
    from kpi.measurement import measure_posts, measure_profiles  # noqa: PLC0415

    until, at, read = time.monotonic() + seconds, dt.datetime.now(dt.UTC), 0
    while time.monotonic() < until:
        at += dt.timedelta(days=1)
        read += measure_profiles(at=at).read
        if time.monotonic() < until:
            measure_posts(at=at)
    return read


if __name__ == "__main__":
    main()
