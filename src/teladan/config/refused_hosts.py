"""What is logged when a request asks for a host that the site does not answer to."""

import logging


def one_line(record: logging.LogRecord) -> bool:
    """Make the record one line that names the setting; a filter of `LOGGING`, which keeps every record."""
    request = getattr(record, "request", None)
    host = request.META.get("HTTP_HOST", "") if request is not None else ""
    # repr: a host is the visitor's text and must not end the line.
    record.msg = f"a request for {host[:200]!r} was refused: TELADAN_HOSTS names the hosts of the site"
    record.args = None
    record.exc_info = record.exc_text = None
    return True
