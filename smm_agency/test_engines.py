"""A pytest plugin: real PostgreSQL and Valkey for the tests, thrown away afterwards.

Loaded with `-p` because pytest-django reads the settings before any conftest.py. The engines
belong to the process that the person started; the workers of xdist inherit its environment.
"""

import os
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest

from smm_agency.engine_scratch import scratch_engines, stop_on_signals
from smm_agency.engines import EngineError, redis_url
from smm_agency.management.commands.compile_translations import compile_catalogues

# Variables of somebody's installation that would change what the tests see.
FOREIGN_VARIABLES = ("DEMO", "DEBUG", "HTTPS", "ALLOWED_HOSTS", "LANGUAGE_CODE", "TIME_ZONE")
DATABASES_PER_WORKER = 3
DATABASES_OF_A_STRANGER = 16


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Start the engines first; wrappers run before the hook of pytest-django."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        _start_engines(early_config)
    os.environ["REDIS_URL"] = worker_redis_url(os.environ["TEST_REDIS_URL"], worker)
    return (yield)


def _start_engines(config: pytest.Config) -> None:
    for name in FOREIGN_VARIABLES:
        os.environ.pop(name, None)
    # The compiled catalogue is not in the repository, and what tests see must not hang on it.
    compile_catalogues(Path(__file__).resolve().parent.parent / "locale")
    stop_on_signals()
    stack = ExitStack()
    config.add_cleanup(stack.close)
    try:
        variables = stack.enter_context(scratch_engines(os.environ))
    except EngineError as error:
        raise pytest.UsageError(str(error)) from None
    os.environ.update(variables)
    os.environ["TEST_REDIS_URL"] = os.environ.get("REDIS_URL") or redis_url(
        Path(variables["VAR_DIR"])
    )


def worker_redis_url(url: str, worker: str) -> str:
    """`url` with the databases of this xdist worker: gw0 has 3 to 5, the main process 0 to 2.

    Raises:
        pytest.UsageError: a server of the person's own has no databases left for this worker.
    """
    if not worker:
        return url
    parts = urlsplit(url)
    first = DATABASES_PER_WORKER * (int(worker.removeprefix("gw")) + 1)
    is_embedded = urlsplit(redis_url(Path(os.environ["VAR_DIR"]))).path == parts.path
    if first + DATABASES_PER_WORKER > DATABASES_OF_A_STRANGER and not is_embedded:
        raise pytest.UsageError("REDIS_URL has 16 databases: run the tests with `-n 4`.")
    query = {**dict(parse_qsl(parts.query)), "db": str(first)}
    return urlunsplit(parts._replace(query=urlencode(query)))
