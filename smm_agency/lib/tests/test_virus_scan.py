"""The scanner's answer is its exit code; without a scanner nothing is called clean."""

import sys

import pytest

from smm_agency.lib.upload_refusal import UploadRefusedError
from smm_agency.lib.virus_scan import scan

# Ends with 1 where the word stands in the file, with 2 where it is asked to.
SCANNER = (
    f'{sys.executable} -c "import sys; data = sys.stdin.buffer.read();'
    " sys.exit(2 if b'broken' in data else b'virus' in data)\""
)


def test_without_a_scanner_a_file_is_not_called_scanned() -> None:
    assert scan(b"anything", command="") is False


def test_clean_file_is_scanned() -> None:
    assert scan(b"a photo", command=SCANNER) is True


def test_virus_is_refused() -> None:
    with pytest.raises(UploadRefusedError, match="found a virus"):
        scan(b"a virus", command=SCANNER)


@pytest.mark.parametrize("command", [SCANNER, "/no/such/scanner"])
def test_scanner_that_fails_lets_nothing_through(command: str) -> None:
    with pytest.raises(UploadRefusedError, match="could not be scanned"):
        scan(b"broken", command=command)
