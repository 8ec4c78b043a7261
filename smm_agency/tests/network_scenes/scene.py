"""What one network shows of itself to the contract test: a simulated world and what is read in it.

A scene is data. Whatever a network lacks is left at its default, and the test asks for the refusal
instead of the reading.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from communities.networks.keys import Capability, TokenKind
from communities.networks.outcomes import Kind
from communities.networks.records import Gone
from smm_agency.simulator.scenario import Json


def hexadecimal() -> str:
    """A key of its own for each test: no other test's calls count against its limit."""
    return uuid4().hex


@dataclass(frozen=True, kw_only=True)
class OtherKey:
    """A live key of another kind, and what it cannot be asked."""

    kind: TokenKind
    listed: Json
    refused: Capability
    make_secret: Callable[[], str] = hexadecimal


@dataclass(frozen=True, kw_only=True)
class Posts:
    """The wall of the scene's page: more posts than one call of the network brings.

    `counters` are whole: a counter that is not named there must be read as None.
    `cut` is the simulator's fault that deletes a post between two pages, `lost` that post.
    """

    newest_first: Sequence[str]
    since: datetime
    since_then: int
    counters: Mapping[str, Mapping[str, int]]
    pinned: str = ""
    cut: Json | None = None
    lost: str = ""
    gone: str = ""


@dataclass(frozen=True, kw_only=True)
class Days:
    """Statistics between two moments: the beginning of each told day → what is told of it.

    Whole, as counters are: a field that is not named must be read as None.
    """

    since: datetime
    until: datetime
    told: Mapping[datetime, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One network for the contract test.

    Keys are entered into the simulator's `tokens` by the test: `listed` is what stands there for
    the key that can most; a dead one has `"state": "revoked"` besides.

    addresses   setting → path under the simulator
    settings    further settings, such as the keys of an application
    world       the scenario but for `tokens`
    page        a page with `followers` and `posts`; `zero_page` has none, `hidden_page` hides them
    missing     id → what it is refused as, or the state of a page that is told to be gone
    malformed   an id that no page of the network can have: refused without a call
    many        ids for a run of several calls; `first` of them are read by `first_calls` calls
    names       addresses that lead to `page`
    errors      kind of failure → the simulator's fault of the same meaning
    able, lacks what `inspect_key` tells of the key on the page; `others` cannot be asked something
    facts       what `read_page` tells, whole: a fact that is not named must be None
    empty       strange answers that are none: this network says so that there is nothing
    renews      a key that ran out is renewed; its refresh secret stands in `listed` as "refresh"
    sends       method of the network → the names of all parameters that the adapter sends
    """

    network: str
    kind: TokenKind
    listed: Json
    addresses: Mapping[str, str]
    world: Json
    page: str
    followers: int
    missing: Mapping[str, Kind | Gone]
    malformed: str
    many: Sequence[str]
    first: int
    first_calls: int
    names: Sequence[str]
    errors: Mapping[Kind, str]
    able: frozenset[Capability]
    sends: Mapping[str, frozenset[str]]
    lacks: frozenset[Capability] = frozenset()
    others: Sequence[OtherKey] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    make_secret: Callable[[], str] = hexadecimal
    zero_page: str = ""
    hidden_page: str = ""
    posts: Posts | None = None
    days: Days | None = None
    facts: Mapping[str, object] | None = None
    empty: Sequence[object] = ()
    renews: bool = False
