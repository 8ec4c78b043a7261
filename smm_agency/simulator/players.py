"""Networks whose calls are paths: what the server hands them and what it takes back.

A network is played by an object that names the call of a request (for faults and the log) and
answers it. VK, Telegram and UIS, whose calls are methods, stand in the server itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from smm_agency.simulator.world import World


@dataclass(frozen=True)
class Asked:
    """One request. `path` stands after the network's prefix; a body's fields are parameters.

    `error` is what the scenario wants this call to fail with, in the network's own code: it is
    written as the fault `error:<code>`; "" for none.
    """

    verb: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    base_url: str
    error: str = ""

    @property
    def bearer(self) -> str:
        scheme, _, secret = self.headers.get("Authorization", "").partition(" ")
        return secret if scheme.lower() == "bearer" else ""


@dataclass(frozen=True)
class Played:
    """The answer: HTTP status, JSON body of any shape, and headers beside the usual ones."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)


class Player(Protocol):
    """One network, by its prefix in `networks.PLAYERS`."""

    def call_name(self, asked: Asked) -> str:
        """What faults and the log call this request; "" for an address that the network lacks."""

    def answer(self, world: World, asked: Asked) -> Played: ...
