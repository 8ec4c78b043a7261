"""A network for tests whose keys run out and are renewed, which VK's are not."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from communities.networks.keys import AccessToken, FreshToken, KeyReport
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.records import ProfileReading
from communities.networks.vk import VkAdapter

RAN_OUT = Refused(Kind.TOKEN_EXPIRED, "The session is over.")


@dataclass
class RenewingNetwork(VkAdapter):
    """VK, but a key works only while its secret is among the `good` ones.

    `answer` is what a renewal brings; `slow` is how many seconds it takes.
    """

    good: set[str] = field(default_factory=set)
    answer: Callable[[AccessToken], Outcome[FreshToken]] = lambda key: RAN_OUT
    slow: float = 0.0
    renewed_with: list[str] = field(default_factory=list)
    asked_with: list[str] = field(default_factory=list)

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        self.renewed_with.append(key.refresh_secret)
        time.sleep(self.slow)
        outcome = self.answer(key)
        if isinstance(outcome, Ok):
            self.good.add(outcome.value.secret)
        return outcome

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        self.asked_with.append(key.secret)
        return Ok(KeyReport()) if key.secret in self.good else RAN_OUT

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        self.asked_with.append(key.secret)
        return super().find_profile(key, address) if key.secret in self.good else RAN_OUT
