"""`python -m smm_agency.run`: the whole workbench on one machine, as `make run` starts it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, build_opener

from smm_agency.engine_locks import try_lock
from smm_agency.engine_secrets import make_secrets
from smm_agency.engines import EngineError, Engines, needed_engines
from smm_agency.management.commands.compile_translations import CatalogueError, compile_catalogues
from smm_agency.run_leftovers import end_processes, end_with_parent, mark
from smm_agency.run_ports import HOST, hold_port, parse_port
from smm_agency.run_processes import STOP_SIGNALS, Processes
from smm_agency.run_static import collect_static

BASE_DIR = Path(__file__).resolve().parent.parent
SIMULATOR_PORT = 8377
WEB_PATIENCE_SECONDS = 90.0
WATCH_SECONDS = 2.0


class Stopped(BaseException):
    """A signal asked the program to stop while it was getting ready."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main() -> int:
    """Run until stopped; the exit code."""
    for number in STOP_SIGNALS:
        signal.signal(number, _raise_stopped)
    try:
        return run(Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").absolute(), os.environ)
    except (EngineError, CatalogueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Stopped as stopped:
        return 128 + stopped.number


def _raise_stopped(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)


def run(var_dir: Path, environ: Mapping[str, str]) -> int:
    """Start everything, serve, stop everything in the opposite order; the exit code."""
    port = parse_port(environ.get("PORT") or "8000")
    with run_lock(var_dir, port):
        if end_processes(var_dir):
            say("Ended processes that a killed run had left behind.")
        held = hold_port(port)
        engines = needed_engines(var_dir, environ, is_durable=True)
        try:
            env = prepare(var_dir, engines, environ)
            held.close()
            env.setdefault("PUBLIC_URL", f"http://{HOST}:{port}")
            return serve(engines, {**env, "PORT": str(port)})
        finally:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            held.close()
            end_processes(var_dir)
            engines.stop()


@contextmanager
def run_lock(var_dir: Path, port: int) -> Iterator[None]:
    """Held by the one run of this data folder.

    Raises:
        EngineError: another one runs; its process and address are named.
    """
    path = var_dir / "run.lock"
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        descriptor = try_lock(path)
    except OSError as error:
        raise EngineError(f"Cannot use the data folder {var_dir}: {error.strerror}.") from None
    if descriptor is None:
        raise EngineError(
            f"The workbench already runs here ({path.read_text(encoding='ascii').strip()}): use "
            "it, stop it, or set VAR_DIR to another folder."
        )
    try:
        os.truncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()}, http://{HOST}:{port}/\n".encode("ascii"))
        yield
    finally:
        os.close(descriptor)


def prepare(var_dir: Path, engines: Engines, environ: Mapping[str, str]) -> dict[str, str]:
    """Engines, keys, tables, demo, translations, static files; the environment to serve with."""
    env = child_environment(var_dir, environ)
    make_secrets(var_dir, environ)
    engines.start()
    compile_catalogues(BASE_DIR / "locale")
    manage(env, "migrate", "--verbosity", "0")
    collect_static(var_dir, BASE_DIR, lambda: manage(env, "collectstatic", "--noinput", "-v", "0"))
    if fill_database(env, wants_demo=is_on(environ.get("DEMO", "1"))):
        return env | {"DEMO": "1"} | simulator_address(environ)
    return env


def child_environment(var_dir: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """What the processes see; whether they see a demo is decided by the database, not by DEMO."""
    env = {name: value for name, value in environ.items() if name != "DEMO"}
    programs = os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)])
    return env | {
        "EMBEDDED_ENGINES": "1",
        "VAR_DIR": str(var_dir),
        "PATH": programs,
        "PYTHONUNBUFFERED": "1",
        **mark(var_dir),
    }


def is_on(value: str) -> bool:
    return value.strip().lower() not in ("", "0", "false", "no", "off")


def fill_database(env: dict[str, str], *, wants_demo: bool) -> bool:
    """Bring an empty database its demo, or its first director; whether it holds the demo."""
    state = manage(env, "demo_state")
    if state == "empty" and wants_demo:
        # Its papers are signed by the demo's agency, and nothing of it reaches a real network.
        manage(env | {"DEMO": "1"}, "load_demo", is_shown=True)
        state = manage(env, "demo_state")
    elif state == "empty":
        create_director(env)
    elif state == "demo" and not wants_demo:
        say("The database holds the demo agency; `manage.py remove_demo` takes it away.")
    return state == "demo"


def create_director(env: dict[str, str]) -> None:
    """Ask for the first login; without a terminal take it from the environment, or say how."""
    has_login = env.get("DIRECTOR_USERNAME") and env.get("DIRECTOR_PASSWORD")
    if has_login or sys.stdin.isatty():
        manage(env, "create_director", is_shown=True, is_interactive=True)
        return
    say(
        "Nobody can sign in yet. Set DIRECTOR_USERNAME and DIRECTOR_PASSWORD and start again, or "
        "run in a terminal: EMBEDDED_ENGINES=1 .venv/bin/python manage.py create_director"
    )


def manage(
    env: dict[str, str], *words: str, is_shown: bool = False, is_interactive: bool = False
) -> str:
    """Run `manage.py` to its end; what it printed, unless that was shown.

    Raises:
        EngineError: it failed; what it said stands above.
    """
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, str(BASE_DIR / "manage.py"), *words],
        cwd=BASE_DIR,
        env=env,
        stdout=None if is_shown else subprocess.PIPE,
        stdin=None if is_interactive else subprocess.DEVNULL,
        text=True,
        # Ctrl-C is for this process alone, which then ends the step in order; only a step that
        # asks at the terminal has to stay with it.
        start_new_session=not is_interactive,
        preexec_fn=end_with_parent,
    )
    try:
        output, _errors = process.communicate()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode != 0:
        sys.stderr.write(output or "")
        raise EngineError(f"`manage.py {words[0]}` failed; what it said stands above.")
    return (output or "").strip()


def simulator_address(environ: Mapping[str, str]) -> dict[str, str]:
    """Where the network simulator serves: SIMULATOR_URL, or a free port of this machine."""
    url = environ.get("SIMULATOR_URL", "")
    if url:
        port = urlsplit(url).port or 80
        hold_port(port).close()
        return {"SIMULATOR_PORT": str(port)}
    try:
        held = hold_port(SIMULATOR_PORT)
    except EngineError:
        # Another clone's demo has it, and nobody needs this address by heart.
        held = hold_port(0)
    with closing(held):
        port = held.getsockname()[1]
    return {"SIMULATOR_PORT": str(port), "SIMULATOR_URL": f"http://{HOST}:{port}"}


def serve(engines: Engines, env: dict[str, str]) -> int:
    """Run the Procfile until something ends it; the exit code."""
    processes = Processes()
    is_demo = env.get("DEMO") == "1"
    processes.add_procfile(BASE_DIR / "Procfile", env, without=set() if is_demo else {"simulator"})
    processes.run(lambda: watch(processes, engines, env))
    if processes.signal_received:
        return 128 + processes.signal_received
    sys.stderr.write(f"{processes.reason}\n")
    return 1


def watch(processes: Processes, engines: Engines, env: dict[str, str]) -> None:
    """Announce the address when web answers; stop everything when an engine ends."""
    text = announcement(env)
    if answers_soon(f"http://{HOST}:{env['PORT']}/health/"):
        processes.say(text)
    else:
        processes.stop("Web did not answer at /health/; its lines above say why.")
    while True:
        for sentence in engines.dead():
            processes.stop(sentence)
        time.sleep(WATCH_SECONDS)


def answers_soon(url: str) -> bool:
    """Whether the address answers with anything but a server error within the patience."""
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + WEB_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if _answers(opener, url):
            return True
        time.sleep(0.2)
    return False


def _answers(opener: OpenerDirector, url: str) -> bool:
    try:
        with opener.open(url, timeout=10):
            return True
    except HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def announcement(env: dict[str, str]) -> str:
    lines = ["", f"The workbench is ready: http://{HOST}:{env['PORT']}/", logins(env)]
    return "\n".join([*lines, "Ctrl-C stops it.", ""])


def logins(env: dict[str, str]) -> str:
    """The demo's logins, or nothing; not knowing them is no reason to stop a running program."""
    if env.get("DEMO") != "1":
        return ""
    try:
        return manage(env, "demo_state", "--logins")
    except EngineError as error:
        return str(error)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
