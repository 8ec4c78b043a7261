"""A worker that calls VK with a shared key as fast as the limiter lets it; says when it did.

`python -m bench.network_worker URL REDIS KIND SECRET CALLS`: prints "ready", begins when a line
comes in, and prints how many calls were answered and the moments of the first and the last.
"""

import sys
import time
from types import SimpleNamespace

from django.conf import settings


def main() -> None:
    url, redis, kind, secret, calls = sys.argv[1:]
    settings.configure(
        VK_API_URL=url, VK_API_VERSION="5.199", VK_IDS_PER_CALL=500,
        NETWORK_ALLOWED_HOSTS=["127.0.0.1"], REDIS=SimpleNamespace(limiter=redis), USE_I18N=False,
    )  # fmt: skip
    # They read the settings that were made above.
    from communities.networks.keys import AccessToken, TokenKind  # noqa: PLC0415
    from communities.networks.outcomes import Ok  # noqa: PLC0415
    from communities.networks.vk_call import call  # noqa: PLC0415

    key = AccessToken("vk", TokenKind(kind), secret)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    answers = [call(key, "groups.getById", {"group_ids": "1"}) for _ in range(int(calls))]
    print(sum(isinstance(each, Ok) for each in answers), began, time.monotonic(), flush=True)


if __name__ == "__main__":
    main()
