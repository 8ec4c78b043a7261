"""One worker of the program's own server on the bench's database, for as long as it is measured."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection

from django.db import connection

from smm_agency.run_ports import hold_port

HOST = "127.0.0.1"
STARTUP_SECONDS = 60.0


@contextmanager
def serving(application: str, variables: Mapping[str, str] | None = None) -> Iterator[int]:
    """The port of `application`, such as `bench.page_server:application`."""
    held = hold_port(0)
    port = held.getsockname()[1]
    held.close()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--blocking-threads", "2", "--log-level", "error", application,
    ]  # fmt: skip
    environment = {
        **os.environ,
        "BENCH_DATABASE": str(connection.settings_dict["NAME"]),
        **(variables or {}),
    }
    server = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with closing(HTTPConnection(HOST, port, timeout=5)) as asked:
                asked.request("GET", "/health/", headers={"Host": "localhost"})
                asked.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server of the bench does not answer.")
