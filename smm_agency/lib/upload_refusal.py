"""Why an upload is not taken."""


class UploadRefusedError(Exception):
    """The file is not taken; the message says why and how to mend it."""
