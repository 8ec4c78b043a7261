"""The data set: loaded by COPY, the same on every run of one day."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from django.db import connection

from bench.agency import Agency, Size, add_strategies, found_agency
from bench.calls import load_calls
from bench.copying import Progress
from bench.readings import load_posts, load_profile_snapshots

SEED = 20_261_123


@dataclass
class Step:
    """What is being done, for the bar on the terminal."""

    say: Callable[[str], object]
    progress: Progress


def load(size: Size, *, today: dt.date, step: Step) -> Agency:
    """Fill the empty database, and let the planner know what is in it."""
    rng = np.random.default_rng(SEED)
    step.say("clients and strategies")
    agency = found_agency(size, today=today, rng=rng)
    add_strategies(agency, size, step.progress)
    with unchecked_keys():
        step.say("snapshots of pages")
        followers = load_profile_snapshots(agency, size, rng, step.progress)
        step.say("posts")
        load_posts(agency, followers, rng, step.progress)
        step.say("calls")
        load_calls(agency, size, rng, step.progress)
    step.say("statistics of the planner")
    analyse()
    return agency


@contextmanager
def unchecked_keys() -> Iterator[None]:
    """Foreign keys of millions of rows take longer than the rows: they are checked in the test,
    which loads inside a transaction. Only a superuser may leave them out.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        if connection.in_atomic_block or cursor.fetchone() != ("on",):
            yield
            return
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("RESET session_replication_role")


def analyse() -> None:
    """What autovacuum would have done by the next morning; inside a transaction only a part."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")
