"""The forms of requests, of asking an owner and answering, and of the office that answers for a practice."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from teladan.desk.fields import Given, area, choice, day, languages, line, offer
from teladan.exchange import labels


class RequestForm(Given):
    """What an organisation looks for; preconditions stand in rows below."""

    organisation = line(_("Organisation that looks for it, by name or code"))
    problem = area(_("We look for …"))
    theme = choice(_("Theme"), required=False)
    language = choice(_("Language in which you can read it"))
    needed_by = day(_("Needed by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "theme", labels.words(labels.THEME), blank=said("Not said"))
        offer(self, "language", languages())


class CloseForm(Given):
    """Closing a request."""

    reason = area(_("Reason"))


class AskForm(Given):
    """A question to the owner of a practice."""

    organisation = line(_("Organisation that asks, by name or code"))
    text = area(_("Question"))


class AnswerForm(Given):
    """The answer to it."""

    text = area(_("Answer"))
