"""Which key of which network can do what, as the table that stands in docs/networks.md."""

from collections.abc import Iterator

from django.utils.translation import override

from communities.networks.abilities import AT_MOST
from communities.networks.keys import CAPABILITY_TITLES, Capability, TokenKind
from communities.networks.registry import ADAPTERS, META, NETWORKS, NetworkAdapter, network_name
from smm_agency.post_limits_table import limits_words

BEGINS, ENDS = "<!-- table: begins -->", "<!-- table: ends -->"
# What a person can give where the network's interface does not.
FIGURES = frozenset(
    {
        Capability.READ_FOLLOWERS,
        Capability.READ_POSTS,
        Capability.READ_VIEWS,
        Capability.READ_REACTIONS,
        Capability.READ_STATISTICS,
    }
)


def network_table() -> str:
    """In English, whatever language is on."""
    with override("en"):
        parts = [part for code in ADAPTERS for part in _network(code)]
        return "\n".join([*parts, *_by_hand()])


def with_table(text: str) -> str:
    """The page's text with the table of today between its two marks."""
    before, _begins, rest = text.partition(BEGINS)
    _old, _ends, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n\n{network_table()}\n{ENDS}{after}"


def _network(code: str) -> Iterator[str]:
    adapter = ADAPTERS[code]
    kinds = adapter.token_kinds
    yield f"### {network_name(code)}\n"
    if code in META:
        yield "Off unless `META_ENABLED=1`: while it is off, this is a manual network.\n"
    yield f"| | {' | '.join(f'{kind.value} key' for kind in kinds)} |"
    yield f"| --- |{' --- |' * len(kinds)}"
    for capability, title in CAPABILITY_TITLES.items():
        cells = [_cell(adapter, kind, Capability(capability)) for kind in kinds]
        yield f"| {title} | {' | '.join(cells)} |"
    yield ""
    for capability, reason in adapter.never.items():
        yield f"- {CAPABILITY_TITLES[capability]}: {reason}"
    yield limits_words(code)
    yield ""


def _cell(adapter: NetworkAdapter, kind: TokenKind, capability: Capability) -> str:
    able = AT_MOST[adapter.network]
    if capability in able[kind]:
        return "yes"
    if capability in adapter.never:
        return "by hand or file" if capability in FIGURES else "no"
    if any(capability in each for each in able.values()):
        return "with another key"
    return "not yet"


def _by_hand() -> Iterator[str]:
    manual = [str(network.title) for network in NETWORKS if network.code not in ADAPTERS]
    yield "### Manual networks\n"
    yield f"{', '.join(manual)}: figures by hand or by file, no keys.\n"
