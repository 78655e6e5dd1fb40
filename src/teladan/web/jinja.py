"""The template environment: what every template can call."""

from typing import Any

import jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from teladan.web import formats


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page in the reader's language.

    In a template: url("portal:edition", code="spbe-2024")
    """
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> jinja2.Environment:
    """Make the environment. A name that a template uses and nobody gave is an error, not a blank."""
    options["undefined"] = jinja2.StrictUndefined
    made = jinja2.Environment(  # noqa: S701  (autoescape=True comes in the options, from Django)
        **options,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals |= {"url": url, "static": static}
    made.filters |= {
        "num": formats.num,
        "percent": formats.percent,
        "date": formats.date,
        "iso": formats.iso,
        "said": formats.said,
        "plain": formats.plain,
    }
    return made
