import json
import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from smm_agency.simulator.scenario import ScenarioError, load_scenario
from smm_agency.simulator.server import Simulator


def followers(networks: Simulator, group: str) -> int:
    query = f"v=5.199&access_token=k&fields=members_count&group_ids={group}"
    connection = HTTPConnection("127.0.0.1", networks.port, timeout=5)
    connection.request("GET", f"/vk/method/groups.getById?{query}")
    answer = json.load(connection.getresponse())
    connection.close()
    return int(answer["response"]["groups"][0]["members_count"])


def write(path: Path, scenario: object, *, seconds: int) -> None:
    path.write_text(json.dumps(scenario), encoding="utf-8")
    os.utime(path, (seconds, seconds))


def test_the_command_refuses_outside_the_demo(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="--allow"):
        call_command("simulate_networks")


def test_the_command_names_a_port_that_is_taken(settings: Settings) -> None:
    settings.DEMO = False
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} cannot be opened"):
            call_command("simulate_networks", "--allow", "--port", str(port))


def test_the_command_names_what_is_wrong_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text('{"grups": {}}', encoding="utf-8")
    with pytest.raises(CommandError, match="grups: no such key"):
        call_command("simulate_networks", "--allow", "--scenario", str(path))


def test_the_command_answers_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "manage.py", "simulate_networks", "--allow", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=configured.BASE_DIR, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process:
        said = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert said.startswith("Simulated networks: http://127.0.0.1:")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "simulator.json"
    with Simulator(path=path) as networks:
        write(path, {"groups": {"7": {"members_count": 5}}}, seconds=1_700_000_000)
        assert followers(networks, "7") == 5
        write(path, {"groups": {"7": {"members_count": 6}}}, seconds=1_700_000_001)
        assert followers(networks, "7") == 6


def test_a_file_that_broke_leaves_the_last_good_scenario(tmp_path: Path) -> None:
    path = tmp_path / "simulator.json"
    write(path, {"groups": {"7": {"members_count": 5}}}, seconds=1_700_000_000)
    with Simulator(path=path) as networks:
        write(path, {"groups": []}, seconds=1_700_000_001)
        assert followers(networks, "7") == 5
        assert "groups: of a wrong type" in networks.world.complaint


def test_levels_of_a_file_hold_for_the_day_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "simulator.json"
    write(path, {"levels": {"7": 5000}, "now": "2023-11-14T23:00:00+00:00"}, seconds=1_700_000_000)
    with Simulator(path=path) as networks:
        assert followers(networks, "7") == 5000
    write(path, {"levels": {"7": 5000}, "now": "2024-11-14T12:00:00+00:00"}, seconds=1_700_000_000)
    with Simulator(path=path) as networks:
        assert followers(networks, "7") != 5000


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"scenario\.json"):
        load_scenario(path)
