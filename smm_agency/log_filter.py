"""What logs must not hold: addresses under `/hooks/`, `/link/`, `/feed/`, which are secrets."""

import logging
import re

HOOK = re.compile(r"(?:(?<=/hooks/)|(?<=/link/)|(?<=/feed/))\S+")


class HideHookAddresses(logging.Filter):
    """Lets every record pass, with the rest of a secret address taken out."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if HOOK.search(text):
            record.msg, record.args = HOOK.sub("…", text), None
        return True
