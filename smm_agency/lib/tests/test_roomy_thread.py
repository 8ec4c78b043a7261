import threading

import pytest

from smm_agency.lib.roomy_thread import call_with_room


def test_result_comes_back_from_another_thread() -> None:
    usual = threading.stack_size()
    assert call_with_room(threading.get_ident) != threading.get_ident()
    assert threading.stack_size() == usual


def test_error_comes_back() -> None:
    def fail() -> None:
        raise LookupError("why")

    with pytest.raises(LookupError, match="why"):
        call_with_room(fail)
