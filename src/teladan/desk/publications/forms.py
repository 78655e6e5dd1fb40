"""The forms of publishing and correcting: plain fields, each with our own words where something lacks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teladan.desk.fields import DeskForm, choice, length, offer
from teladan.publication.models import Correction, Publication

LONGEST_REASON = 2_000
NO_REASON = _("Write the reason.")
TOO_LONG = _("This is longer than fits; shorten it.")
BROKEN = _("This text holds a character that cannot be kept.")


def _text(label: Any, missing: Any, most: int, *, required: bool = True) -> forms.CharField:
    """Return a field of text with our words."""
    field = forms.CharField(label=label, max_length=most, required=required, strip=True)
    field.error_messages |= {
        "required": missing,
        "max_length": TOO_LONG,
        "null_characters_not_allowed": BROKEN,
    }
    return field


def _file(label: Any, *, required: bool = False) -> forms.FileField:
    """Return a field for a file with our words."""
    return forms.FileField(
        label=label,
        required=required,
        error_messages={
            "required": _("Choose the file publication.yaml."),
            "invalid": _("This is no file. Choose it again."),
            "missing": _("This is no file. Choose it again."),
            "empty": _("This file is empty."),
            "max_length": _("The name of this file is too long."),
        },
    )


class NewPublication(DeskForm):
    """The files of a publication's folder, and why it is corrected where it is published already."""

    publication = _file("publication.yaml", required=True)
    results = _file("results.csv")
    scores = _file("scores.csv")
    answers = _file("answers.csv")
    reason = _text(_("Reason of a correction"), NO_REASON, LONGEST_REASON, required=False)


class Withdraw(DeskForm):
    """Taking back what is not released."""

    reason = _text(_("Reason"), NO_REASON, LONGEST_REASON)


class Release(DeskForm):
    """Releasing: a second look, confirmed."""

    confirmed = forms.BooleanField(
        label=_("I have compared these figures with the source."),
        error_messages={"required": _("Compare the figures with the source, then tick the box.")},
    )


class Ask(DeskForm):
    """Asking for the correction of one figure of one organisation; `figures` are (code, text) to choose."""

    element = choice(_("Which figure"))
    becomes = _text(
        _("What it should be"),
        _("Write the figure or the band that is right."),
        length(Correction, "becomes"),
    )
    reason = _text(_("Reason"), NO_REASON, LONGEST_REASON)

    def __init__(self, *args: Any, figures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "element", figures)
        wrong = _("Choose the figure that is wrong.")
        self.fields["element"].error_messages |= {"required": wrong, "invalid_choice": wrong}


class Decide(DeskForm):
    """Accepting or declining a correction."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=(("accept", _("Accept: it becomes a draft to prepare")), ("decline", _("Decline"))),
        error_messages={
            "required": _("Choose whether it is accepted or declined."),
            "invalid_choice": _("Choose whether it is accepted or declined."),
        },
    )
    reason = _text(_("Reason"), NO_REASON, LONGEST_REASON)


class Find(DeskForm):
    """Which row a correction is about, from the address."""

    publication = _text("", "", length(Publication, "code"))
    organisation = _text("", "", 120)
