"""What a server keeps for good is not looked through again.

Python's collector walks everything that is alive from time to time: the program's own classes,
templates' parsers and translations, some hundred thousand objects that never go. A page that such a
walk fell into took twice its time.
"""

import gc
from importlib import import_module

from django.conf import settings


def settle_memory() -> None:
    """Load what the first page would load, then leave it out of the collector's walks."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
