"""What logs must not hold: addresses under `/hooks/`, `/link/`, `/feed/`, `/unsubscribe/`.

They are secrets: whoever has one needs no password.
"""

import logging
import re

HOOK = re.compile(r"(?:(?<=/hooks/)|(?<=/link/)|(?<=/feed/)|(?<=/unsubscribe/))\S+")


class HideHookAddresses(logging.Filter):
    """Lets every record pass, with the rest of a secret address taken out."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if HOOK.search(text):
            record.msg, record.args = HOOK.sub("…", text), None
        return True
