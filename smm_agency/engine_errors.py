"""The one error that the starter prints as a sentence, without a traceback."""


class EngineError(Exception):
    """Why the program cannot start or go on, in words for the person at the terminal."""
