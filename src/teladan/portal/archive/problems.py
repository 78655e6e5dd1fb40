"""Why an archive cannot be made now, in a sentence with the way out."""


class CannotArchive(Exception):  # noqa: N818  (an answer, not a fault)
    """Nothing was written."""
