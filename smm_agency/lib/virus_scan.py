"""A virus scanner of the agency's own, asked about each upload where one is set up."""

import shlex
import subprocess

from django.utils.translation import gettext as _

from smm_agency.lib.upload_refusal import UploadRefusedError

SECONDS = 60
# As clamdscan and clamscan answer.
CLEAN, FOUND = 0, 1


def scan(content: bytes, *, command: str) -> bool:
    """Whether the file was looked at and is clean; False where there is no scanner.

    `command` gets the file on its standard input and ends with 0 for a clean file, 1 for a bad one.
    Raises UploadRefusedError for a bad file, and where the scanner does not answer: a file that
    nobody could look at is not taken where files are looked at.
    """
    if not command:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own setting, no shell
            shlex.split(command), input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise UploadRefusedError(_not_scanned()) from None
    if done.returncode == FOUND:
        raise UploadRefusedError(_("The scanner found a virus in the file: it was not taken."))
    if done.returncode != CLEAN:
        raise UploadRefusedError(_not_scanned())
    return True


def _not_scanned() -> str:
    return _("The file could not be scanned for viruses just now: send it again in an hour.")
