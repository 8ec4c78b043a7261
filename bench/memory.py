"""How much memory a night takes above that of an idle worker, in a process of its own."""

import datetime as dt
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import django
from django.db import connection

from bench.table import Line

WANTED_MB = 150
STATUS = Path("/proc/self/status")


def measure_memory(*, at: dt.datetime) -> list[Line]:
    """One line; none where the system does not tell. The rows must be committed."""
    if not STATUS.exists():
        return []
    # A process that was forked would begin with the memory of the loaded data.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        database = str(connection.settings_dict["NAME"])
        idle, peak = pool.submit(evaluate_alone, database, at).result()
    return [
        Line(
            "memory of an evaluation above an idle worker",
            f"{peak - idle:.0f} MB",
            f"≤ {WANTED_MB} MB",
            peak - idle <= WANTED_MB,
            baseline=f"{idle:.0f} MB",
        )
    ]


def evaluate_alone(database: str, at: dt.datetime) -> tuple[float, float]:
    """Megabytes with all that a worker imports, and at the peak of the night."""
    django.setup()
    from kpi.evaluation import evaluate  # noqa: PLC0415
    from smm_agency.celery import app  # noqa: PLC0415

    app.loader.import_default_modules()
    connection.settings_dict["NAME"] = database
    idle = resident("VmRSS")
    evaluate(at=at)
    return idle, resident("VmHWM")


def resident(name: str) -> float:
    """A figure of this process, in MB."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")
