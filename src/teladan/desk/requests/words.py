"""How the desk says how far a request or a question is, as kind of a mark and word."""

from __future__ import annotations

from django.utils.translation import gettext as _

from teladan.exchange.models import Message, PracticeRequest


def request_state(request: PracticeRequest) -> tuple[str, str]:
    """Return whether a request is open."""
    return ("no", _("Closed")) if request.closed_at else ("part", _("Open"))


def answer_state(question: Message) -> tuple[str, str]:
    """Return whether a question is answered."""
    return ("yes", _("Answered")) if question.answered_at else ("part", _("Not answered yet"))
