"""Numbers that need a deep stack, wherever they are asked for.

OpenBLAS keeps half a megabyte and more on the stack of its caller. A web server's threads have as
little as two, half used by the time a page is rendered, and the process dies without a word.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")

ROOM = 16 * 1024 * 1024
# The size is one for the whole process: whoever starts a thread meanwhile would get it too.
_SIZE = threading.Lock()


def call_with_room(function: Callable[[], Result]) -> Result:
    """What the function returns or raises, run in a thread of its own with a large stack.

    The thread has no database connection and no language of the caller's: for pure numbers.
    """
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:
            outcome.set_exception(error)

    with _SIZE:
        usual = threading.stack_size(ROOM)
        try:
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
        finally:
            threading.stack_size(usual)
    return outcome.result()
