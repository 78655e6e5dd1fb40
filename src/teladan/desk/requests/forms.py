"""The forms of requests, of asking an owner and answering."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from teladan.desk.fields import NOT_SAID, ExchangeForm, area, choice, day, languages, length, line
from teladan.exchange import labels
from teladan.registry.models import Organisation

NAME = length(Organisation, "name")


class RequestForm(ExchangeForm):
    """What an organisation looks for; preconditions stand in rows below."""

    has_rows = True

    organisation = line(_("Organisation that looks for it, by name or code"), NAME)
    problem = area(_("We look for …"))
    theme = choice(_("Theme"), labels.THEME, blank=NOT_SAID, required=False)
    language = choice(_("Language in which you can read it"), languages, blank=None)
    needed_by = day(_("Needed by"), required=False)


class CloseForm(ExchangeForm):
    """Closing a request."""

    reason = area(_("Reason"))


class AskForm(ExchangeForm):
    """A question to the owner of a practice."""

    organisation = line(_("Organisation that asks, by name or code"), NAME)
    text = area(_("Question"))


class AnswerForm(ExchangeForm):
    """The answer to it."""

    text = area(_("Answer"))
