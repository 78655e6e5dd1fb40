"""The two reasons to stop signing: one that a person must mend, and one that passes."""


class Stopped(Exception):  # noqa: N818  (a way to end, not a fault of the program)
    """What is stored does not fit what was signed. Nothing is signed until a person has mended it."""


class Blocked(Exception):  # noqa: N818
    """Something is in the way now (disk, clock, database). The next step starts from what is stored."""
