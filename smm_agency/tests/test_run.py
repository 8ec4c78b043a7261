"""`make run`: ports, locks, leftovers, the processes of the Procfile."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from smm_agency.engines import EngineError
from smm_agency.run import child_environment, is_on, run_lock, simulator_address
from smm_agency.run_leftovers import end_processes, mark, marked_processes
from smm_agency.run_ports import hold_port, parse_port
from smm_agency.run_static import collect_static


def test_port_in_use_names_its_holder() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(EngineError) as caught:
            hold_port(port)
    sentence = str(caught.value)
    assert sentence.startswith(f"Port {port} is in use by `")
    assert sentence.endswith(
        f"(process {os.getpid()}): stop it, or choose another, PORT=8123 make run."
    )


def test_port_that_only_shares_is_in_use_too() -> None:
    with closing(socket.socket()) as sharing:
        sharing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sharing.bind(("127.0.0.1", 0))
        sharing.listen()
        with pytest.raises(EngineError, match="is in use"):
            hold_port(sharing.getsockname()[1])


def test_held_port_is_free_again_when_closed() -> None:
    held = hold_port(0)
    port = held.getsockname()[1]
    held.close()
    hold_port(port).close()


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80.5", "²"])
def test_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(EngineError, match="PORT must be a number from 1 to 65535"):
        parse_port(text)


def test_second_run_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    with (
        run_lock(tmp_path, 8123),
        pytest.raises(EngineError, match=rf"process {os.getpid()}, http://127.0.0.1:8123/"),
        run_lock(tmp_path, 8124),
    ):
        pass
    with run_lock(tmp_path, 8124):
        assert "8124" in (tmp_path / "run.lock").read_text()


@pytest.mark.faults
def test_leftovers_of_a_killed_run_are_ended_and_others_live(tmp_path: Path) -> None:
    environ = dict(os.environ)
    ours = [
        subprocess.Popen(["/bin/sleep", "60"], env=environ | mark(tmp_path), start_new_session=True)
        for _number in range(2)
    ]
    other = subprocess.Popen(["/bin/sleep", "60"], env=environ | mark(tmp_path / "other"))
    assert set(marked_processes(tmp_path)) == {process.pid for process in ours}
    assert end_processes(tmp_path) == 2
    assert [process.wait(timeout=5) for process in ours] == [-15, -15]
    assert other.poll() is None
    other.kill()
    other.wait()


RUN_PROCFILE = """
import sys
from pathlib import Path
from smm_agency.run_processes import Processes
processes = Processes()
processes.add_procfile(Path(sys.argv[1]), {"PATH": "/usr/bin:/bin"}, without={"left_out"})
processes.run(lambda: None)
print("reason:", processes.reason)
print("signal:", processes.signal_received)
"""


@pytest.mark.parametrize(
    ("line", "reason", "number"),
    [
        ("sleep 0.2; exit 3", "because this ended by itself: two (code 3).", 0),
        ("sleep 0.2; kill -HUP $PARENT", "", 1),
    ],
)
def test_processes_stop_together_and_say_why(
    tmp_path: Path, line: str, reason: str, number: int
) -> None:
    procfile = tmp_path / "Procfile"
    # The manager is the parent of the process that relays this line's output.
    parent = "PARENT=$(cut -d' ' -f4 /proc/$PPID/stat)"
    procfile.write_text(f"one: exec sleep 60\nleft_out: exit 9\ntwo: {parent}; {line}\n")
    finished = subprocess.run(  # noqa: S603
        [sys.executable, "-c", RUN_PROCFILE, str(procfile)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    said = finished.stdout.splitlines()[-2:]
    prefix = "Everything was stopped " if reason else ""
    assert said == [f"reason: {prefix}{reason}", f"signal: {number}"], finished


def test_children_see_a_demo_only_where_the_database_holds_one(tmp_path: Path) -> None:
    env = child_environment(tmp_path, {"DEMO": "1", "PATH": "/bin"})
    assert "DEMO" not in env
    assert (env["EMBEDDED_ENGINES"], env["VAR_DIR"]) == ("1", str(tmp_path))


def test_simulator_moves_aside_where_its_port_is_taken() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        taken = listener.getsockname()[1]
        with pytest.raises(EngineError, match=f"Port {taken} is in use"):
            simulator_address({"SIMULATOR_URL": f"http://127.0.0.1:{taken}"})
    address = simulator_address({})
    assert address["SIMULATOR_URL"] == f"http://127.0.0.1:{address['SIMULATOR_PORT']}"


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("yes", True), ("0", False), ("False", False), ("", False)]
)
def test_is_on_reads_what_people_write(value: str, expected: bool) -> None:
    assert is_on(value) is expected


def test_static_files_are_collected_when_something_changed(tmp_path: Path) -> None:
    base, var = tmp_path / "base", tmp_path / "var"
    (base / "static").mkdir(parents=True)
    (base / "requirements.txt").write_text("one==1\n")
    (var / "static").mkdir(parents=True)

    def was_collected() -> bool:
        return collect_static(var, base, lambda: None)

    assert [was_collected(), was_collected()] == [True, False]
    (base / "static" / "a.css").write_text("a {}")
    assert [was_collected(), was_collected()] == [True, False]
    (base / "requirements.txt").write_text("one==2\n")
    assert [was_collected(), was_collected()] == [True, False]
