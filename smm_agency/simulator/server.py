"""The HTTP server of the simulated networks, on this machine only.

/vk/method/<method>              POST or GET, key in `access_token` or as a bearer
/vk/upload/<photo or video>      POST, where VK's uploads go
/telegram/bot<key>/<method>      POST (JSON or form) or GET
/telegram/chat/<bot>?start=…     GET: a person presses "Start" in the chat with a bot
/<network>/<path>                the networks of `networks.PLAYERS`
/uis/v2.0                        POST, JSON-RPC: telephony that lists its calls
/__scenario__                    GET: how often what was called, and what was posted; PUT: another
                                 scenario
"""

import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from smm_agency.simulator import forms, telegram, telegram_people, telegram_rules, uis, vk, vk_wall
from smm_agency.simulator.networks import PLAYERS
from smm_agency.simulator.players import Asked
from smm_agency.simulator.scenario import (
    Fault,
    Json,
    ScenarioError,
    default_scenario,
    read_scenario,
)
from smm_agency.simulator.world import Call, World

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
# A video of Telegram's largest size, and what stands around it.
LARGEST_BODY = 60_000_000
# Parameters that carry keys: they are not noted.
SECRETS = frozenset(
    {
        "access_token",
        "appsecret_proof",
        "client_secret",
        "code",
        "input_token",
        "key",
        "refresh_token",
        "sig",
    }
)
NO_HEADERS: Mapping[str, str] = {}
_HTML = b"<html><body><h1>Bad Gateway</h1></body></html>"


class Simulator:
    """The simulated networks on a free port (0) or the given one.

    As a context manager it answers in threads of its own until the block ends:

        with Simulator({"groups": {"1": {"members_count": 5}}}) as networks:
            settings.VK_API_URL = networks.vk_url
    """

    def __init__(
        self, scenario: Json | None = None, *, port: int = 0, path: Path | None = None
    ) -> None:
        now = datetime.now(UTC)
        self.world = World(read_scenario(default_scenario(now)), path=path)
        if scenario is not None:
            self.world.replace(read_scenario(scenario))
        self.world.reload()
        self._server = _Server((HOST, port), self.world)
        self.world.base_url = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def vk_url(self) -> str:
        return f"http://{HOST}:{self.port}/vk/method"

    @property
    def telegram_url(self) -> str:
        return f"http://{HOST}:{self.port}/telegram"

    @property
    def uis_url(self) -> str:
        return f"http://{HOST}:{self.port}/uis/v2.0"

    def url(self, path: str) -> str:
        """The address of a network's prefix, such as `ok` or `youtube/v3`."""
        return f"http://{HOST}:{self.port}/{path}"

    @property
    def control_url(self) -> str:
        return f"http://{HOST}:{self.port}/__scenario__"

    @property
    def calls(self) -> list[Call]:
        return list(self.world.calls)

    def methods(self) -> list[str]:
        return [call.method for call in self.world.calls]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        self._thread.join()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Many workers may come in the same moment.
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], world: World) -> None:
        self.world = world
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            _cut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is part of the game; anything else is a fault of the simulator."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            logger.error("The simulator failed to answer.", exc_info=sys.exception())


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60
    # Head and body are two writes: the second must not wait until the first is acknowledged.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses carry keys, so nothing is logged."""

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self._body()
        if body is not None:
            self._answer(_parameters(body, self.headers.get("Content-Type", "")))

    def do_PUT(self) -> None:
        body = self._body()
        if body is None or not self._is_control():
            return self._send(404, {"error": "Not found"})
        try:
            self.server.world.replace(read_scenario(json.loads(body)))
        except (ScenarioError, ValueError) as error:
            return self._send(400, {"error": str(error)})
        return self._send(200, {"ok": True})

    def _answer(self, parameters: dict[str, str]) -> None:
        if self._is_control():
            return self._send(200, self._report())
        world = self.server.world
        world.reload()
        parts = urlsplit(self.path)
        parameters = dict(parse_qsl(parts.query)) | parameters
        network, _, rest = parts.path.removeprefix("/").partition("/")
        place, _, method = rest.partition("/")
        if network == "telegram" and place == "chat" and method:
            page = telegram_people.open_chat(world, method, parameters.get("start", ""))
            return self._write(200, "text/html", page)
        if network == "vk" and place == "upload":
            method, secret = f"upload.{method}", ""
        elif network == "vk" and place == "method" and method:
            secret = self._bearer() or parameters.get("access_token", "")
        elif network == "telegram" and place.startswith("bot") and method:
            secret = place.removeprefix("bot")
        elif network == "uis" and place == "v2.0":
            method, secret = parameters.get("method", ""), ""
        elif network in PLAYERS:
            return self._play(network, rest, parameters)
        else:
            return self._send(404, {"error": "Not found"})
        # A key stands in "access_token", or in the parameters of JSON-RPC.
        hidden = {"access_token", "params"}
        known = {name: value for name, value in parameters.items() if name not in hidden}
        world.note(network, method, known)
        fault = world.next_fault(network, method)
        status, body = _played(world, network, method, parameters, secret, fault)
        return self._misbehave(status, body, fault)

    def _play(self, network: str, path: str, parameters: dict[str, str]) -> None:
        world, player = self.server.world, PLAYERS[network]
        base_url = f"http://{HOST}:{self.server.server_address[1]}/{network}"
        headers = dict(self.headers.items())
        asked = Asked(str(self.command), path, parameters, headers, base_url)
        name = player.call_name(asked)
        if not name:
            return self._send(404, {"error": "Not found"})
        known = {key: value for key, value in parameters.items() if key not in SECRETS}
        world.note(network, name, known)
        fault = world.next_fault(network, name)
        if fault is not None and fault.fault == "body":
            return self._send(200, fault.body)
        if fault is not None and fault.fault.startswith("error:"):
            asked, fault = replace(asked, error=fault.fault.removeprefix("error:")), None
        played = player.answer(world, asked)
        return self._misbehave(played.status, played.body, fault, played.headers)

    def _misbehave(
        self,
        status: int,
        body: object,
        fault: Fault | None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """The answer is ready by now: a dropped write has happened."""
        if fault is None:
            return self._send(status, body, headers)
        if fault.fault == "drop":
            return self._hang_up()
        if fault.fault == "half":
            content = json.dumps(body).encode()
            self._head(status, "application/json", len(content))
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            return self._hang_up()
        if fault.fault.startswith("http"):
            return self._write(int(fault.fault[4:]), "text/html", _HTML)
        if fault.fault == "slow":
            time.sleep(fault.seconds)
        self._send(status, body, headers)
        if fault.fault == "delete_post":
            network = urlsplit(self.path).path.removeprefix("/").partition("/")[0]
            self.server.world.delete_post(network, fault.group, str(fault.post))
        return None

    def _send(self, status: int, body: object, headers: Mapping[str, str] = NO_HEADERS) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        self._write(status, "application/json; charset=utf-8", content, headers)

    def _write(
        self, status: int, kind: str, content: bytes, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        self._head(status, kind, len(content), headers)
        self.wfile.write(content)

    def _head(
        self, status: int, kind: str, length: int, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _hang_up(self) -> None:
        self.close_connection = True
        _cut(self.connection)

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._send(413, {"error": "Too large"})
            return None
        return self.rfile.read(int(length))

    def _bearer(self) -> str:
        scheme, _, secret = self.headers.get("Authorization", "").partition(" ")
        return secret if scheme.lower() == "bearer" else ""

    def _is_control(self) -> bool:
        """A page of another site, led here by its own name, must not steer."""
        host = self.headers.get("Host", "").partition(":")[0]
        return self.path == "/__scenario__" and host in (HOST, "localhost")

    def _report(self) -> Json:
        world = self.server.world
        scenario = {name: value for name, value in asdict(world.scenario).items() if value}
        scenario["tokens"] = len(world.scenario.tokens)
        calls = [asdict(call) for call in world.calls[-1000:]]
        report = {"scenario": scenario, "calls": calls, "refused": world.refused}
        report["walls"] = world.walls.report()
        shown: Json = json.loads(json.dumps(report, default=str))
        return shown


def _played(
    world: World,
    network: str,
    method: str,
    parameters: dict[str, str],
    secret: str,
    fault: Fault | None,
) -> tuple[int, object]:
    """HTTP status and body: the network's own answer, or the fault's in its place."""
    name, _, rest = (fault.fault if fault else "").partition(":")
    if fault is not None and name == "body":
        return 200, fault.body
    if name == "vk_error":
        return 200, vk.error_envelope(int(rest), method, parameters)
    if name == "telegram_error":
        return _telegram_error(rest)
    if network == "vk" and method.startswith("upload."):
        return 200, vk_wall.take_upload(world, method.removeprefix("upload."), parameters)
    if network == "vk":
        return 200, vk.answer(world, method, parameters, secret)
    if network == "uis":
        return 200, uis.answer(world, method, parameters)
    return telegram.answer(world, method, parameters, secret)


def _telegram_error(rest: str) -> tuple[int, Json]:
    code, _, retry_after = rest.partition(":")
    if retry_after:
        error = telegram_rules.too_many(int(retry_after))
        return error.code, telegram.error_envelope(error.code, error.text, error.parameters)
    texts = {401: "Unauthorized", 403: "Forbidden: bot was kicked from the channel chat"}
    text = texts.get(int(code), "Internal Server Error")
    return int(code), telegram.error_envelope(int(code), text, {})


def _parameters(body: bytes, kind: str) -> dict[str, str]:
    """The call's parameters from a form or a JSON body; all values as text, as in a form."""
    if kind.startswith("multipart/form-data"):
        return forms.read_form(body, kind)
    if not kind.startswith("application/json"):
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in found.items()
    }


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # Already gone, which is what was wanted.
        return
