"""Slow, dropped, halved and foreign answers, and the allow-list."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
import respx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from communities.networks import http
from communities.networks.http import Answer
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, Ok, OutcomeUnknown, Refused, RefusedForNow
from communities.networks.telegram import TelegramAdapter
from communities.tests.networks.conftest import Start
from smm_agency.simulator import forms


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    client = httpx.Client(timeout=0.2, follow_redirects=False, trust_env=False)
    monkeypatch.setattr(http, "_client", lambda *_of: client)


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def fault(name: str) -> list[dict[str, object]]:
    return [{"method": "*", "fault": name, "times": None, "seconds": 1}]


@pytest.mark.parametrize("name", ["drop", "half", "http500", "http502"])
def test_a_broken_answer_to_a_read_may_be_repeated(simulate: Start, name: str) -> None:
    networks = simulate(faults=fault(name))
    outcome = _post(f"{networks.vk_url}/wall.get", writes=False)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.TEMPORARY


@pytest.mark.parametrize("name", ["drop", "half", "http500", "http502"])
def test_a_broken_answer_to_a_write_leaves_it_unknown(simulate: Start, name: str) -> None:
    networks = simulate(faults=fault(name))
    assert isinstance(_post(f"{networks.vk_url}/wall.post", writes=True), OutcomeUnknown)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("writes", "expected"), [(False, RefusedForNow), (True, OutcomeUnknown)])
def test_a_slow_answer_is_not_waited_for(
    simulate: Start, writes: bool, expected: type[RefusedForNow | OutcomeUnknown]
) -> None:
    networks = simulate(faults=fault("slow"))
    assert isinstance(_post(f"{networks.vk_url}/wall.get", writes=writes), expected)


@pytest.mark.parametrize("writes", [False, True])
def test_what_was_not_even_sent_may_be_repeated(closed_port: int, writes: bool) -> None:
    outcome = _post(f"http://127.0.0.1:{closed_port}/x", writes=writes)
    assert isinstance(outcome, RefusedForNow)


def test_a_json_answer_of_any_status_is_an_answer(simulate: Start) -> None:
    networks = simulate()
    outcome = http.post(f"{networks.telegram_url}/botbad/getMe", body={})
    assert isinstance(outcome, Ok)
    assert isinstance(outcome.value, Answer)
    assert outcome.value.status == 404


def test_a_host_outside_the_allow_list_is_not_called(simulate: Start, settings: Settings) -> None:
    networks = simulate()
    settings.NETWORK_ALLOWED_HOSTS = ["api.vk.ru"]
    outcome = http.post(f"{networks.vk_url}/users.get", form={})
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field) == (Kind.INVALID_REQUEST, "NETWORK_ALLOWED_HOSTS")
    assert networks.calls == []


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [
        ("vk.example", False),
        ("pu.vk.example", True),
        ("a.pu.vk.example", True),
        ("evil-vk.example", False),
        ("api.example", True),
        ("x.api.example", False),
    ],
)
def test_a_name_with_a_dot_in_front_takes_all_hosts_below_it(
    settings: Settings, host: str, is_allowed: bool
) -> None:
    settings.NETWORK_ALLOWED_HOSTS = [".vk.example", "api.example"]
    with respx.mock(assert_all_called=False) as router:
        called = router.route(host=host).respond(json={})
        http.post(f"https://{host}/upload", form={})
    assert called.called is is_allowed


def test_a_file_goes_beside_the_fields_of_its_form() -> None:
    file = http.File("план.png", "image/png", b"\x00\r\n\xff")
    with respx.mock() as router:
        called = router.post("https://pu.vk.com/up").respond(json={"a": 1})
        outcome = http.post("https://pu.vk.com/up", form={"v": "5"}, files={"photo": file})
    assert isinstance(outcome, Ok)
    request = called.calls.last.request
    kind = request.headers["Content-Type"]
    assert kind.startswith("multipart/form-data; boundary=")
    assert b'name="photo"' in request.content
    assert b"image/png\r\n\r\n\x00\r\n\xff\r\n--" in request.content
    assert forms.read_form(request.content, kind) == {
        "v": "5",
        "photo": 'file:{"size": 4, "kind": ""}',
    }


@pytest.mark.parametrize("url", ["file:///etc/passwd", "not an address", "http://", ""])
def test_an_address_that_is_none_is_refused(settings: Settings, url: str) -> None:
    settings.NETWORK_ALLOWED_HOSTS = []
    assert isinstance(http.post(url, form={}), Refused)


def test_redirects_are_not_followed(bot_key: AccessToken) -> None:
    """A redirect could lead the key to another host."""
    with respx.mock(assert_all_called=False) as router:
        headers = {"Location": "https://elsewhere.example/"}
        router.route(host="api.telegram.org").respond(302, headers=headers)
        elsewhere = router.route(host="elsewhere.example").respond(json={"ok": True, "result": {}})
        outcome = TelegramAdapter().inspect_key(bot_key)
    assert isinstance(outcome, RefusedForNow)
    assert not elsewhere.called


def test_an_answer_without_end_is_cut_off(simulate: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER_BYTES", 10)
    networks = simulate()
    outcome = _post(f"{networks.vk_url}/users.get", writes=False)
    assert isinstance(outcome, RefusedForNow)


def _post(url: str, *, writes: bool) -> object:
    outcome = http.post(url, form={"v": "5.199"}, bearer="vk1.a.x", writes=writes)
    if isinstance(outcome, Ok):
        return http.status_failure(outcome.value, writes=writes)
    return outcome


# --- Trust ---------------------------------------------------------------------------------------


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests look at the answers."""


@pytest.fixture
def own_root(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a server whose certificate no usual root has signed, and its root's file."""
    pem = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}/", pem
    server.shutdown()
    server.server_close()
    thread.join()


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A root of its own")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    certificate = builder.sign(key, hashes.SHA256())
    pem = folder / "root.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    pem.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    return pem


def test_a_host_with_a_root_of_its_own_is_trusted_by_its_file(own_root: tuple[str, Path]) -> None:
    url, pem = own_root
    answer = http.get(url, query={}, trusts=str(pem))
    assert isinstance(answer, Ok)
    assert answer.value.body == {}


def test_without_the_file_it_is_not_trusted_and_told_so(own_root: tuple[str, Path]) -> None:
    url, _pem = own_root
    outcome = http.get(url, query={})
    assert outcome == RefusedForNow(
        Kind.TEMPORARY,
        "The network's certificate is not trusted: the settings name no root for it.",
    )


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_broken_file_of_roots_is_refused_without_a_call(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_text(content)
    outcome = http.get("https://127.0.0.1:1/", query={}, trusts=str(path))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field) == (Kind.INVALID_REQUEST, http.TRUSTS)


def test_one_client_is_kept_for_each_trust(tmp_path: Path) -> None:
    pem = str(_self_signed(tmp_path))
    clients = [http._client(1, each) for each in ("", pem, "", pem)]
    assert clients[0] is clients[2]
    assert clients[1] is clients[3]
    assert clients[0] is not clients[1]
