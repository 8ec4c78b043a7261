"""`make bench`: measure against raw SQL. `BENCH_SCALE=0.01 make bench` takes seconds.

`python -m bench quality` simulates the alarm alone, `python -m bench networks` reads the simulated
networks alone, `python -m bench publishing` posts to them alone. Ends with 1 where something is
NOT OK.
"""

import os
import sys

import django
from django.utils import timezone


def main() -> int:
    """In a database of its own, so that the data of `DATABASE_URL` are never touched."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")
    django.setup()
    from bench.database import own_database  # noqa: PLC0415
    from bench.run import (  # noqa: PLC0415
        read_size,
        run,
        run_networks,
        run_publishing,
        run_webhook,
        simulate_alarm,
    )

    try:
        size = read_size(os.environ)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    lines, is_good = [], True
    if not part:
        with own_database():
            lines += [*run(size, now=timezone.now()), *run_webhook(size)]
    if part in ("", "publishing"):
        with own_database():
            lines += run_publishing(size)
    if part in ("", "networks"):
        lines += run_networks()
    if part in ("", "quality"):
        is_good = simulate_alarm(size)
    return 0 if is_good and all(line.is_ok for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
