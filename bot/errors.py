"""Why the program cannot start or go on: one line each, for a person at a terminal."""


class CannotStart(Exception):
    """The message is the line to show; no traceback helps here."""


class MustStop(Exception):
    """The process ends with this reason, for the supervisor to start it again."""
