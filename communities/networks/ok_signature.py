"""How a call of Odnoklassniki is signed: md5 over the sorted parameters and a secret. Pure."""

from collections.abc import Mapping
from hashlib import md5

# The key of the session and the signature itself are not signed.
UNSIGNED = frozenset({"access_token", "session_key", "sig"})


def session_secret(access_token: str, application_secret: str) -> str:
    """What calls within a session are signed with; calls without one take the application's."""
    return _md5(access_token + application_secret)


def signature(parameters: Mapping[str, str], secret: str) -> str:
    """The parameter `sig`: raw values, `name=value` one after another without separators."""
    named = (f"{name}={parameters[name]}" for name in sorted(parameters.keys() - UNSIGNED))
    return _md5("".join(named) + secret)


def _md5(text: str) -> str:
    # The network's own choice; it protects nothing of ours.
    return md5(text.encode(), usedforsecurity=False).hexdigest()
