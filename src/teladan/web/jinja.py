"""The template environment: what every template can call."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import jinja2
from django.apps import apps
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import module_has_submodule

from teladan.exchange import labels
from teladan.web import formats


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page in the reader's language.

    In a template: url("portal:edition", code="spbe-2024")
    """
    return reverse(name, args=args or None, kwargs=kwargs or None)


def word(code: str, of: Mapping[str, str]) -> str:
    """Return the word of a code.

    In a template: row.status | word(labels.STATUS)
    """
    return labels.word(of, code)


FILTERS: tuple[Callable[..., Any], ...] = (
    formats.date,
    formats.flag,
    formats.iso,
    formats.named,
    formats.num,
    formats.percent,
    formats.plain,
    formats.said,
    formats.span,
    formats.status,
    formats.timed,
    labels.language_name,
    word,
)


def at_rendering(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Keep Jinja from working out a filter of a constant when it compiles the template.

    What our filters return depends on the reader's language, which is not known then.
    """

    @jinja2.pass_context
    def filtered(_context: jinja2.runtime.Context, *args: Any, **kwargs: Any) -> Any:
        return filter_(*args, **kwargs)

    return filtered


def environment(**options: Any) -> jinja2.Environment:
    """Make the environment. A name that a template uses and nobody gave is an error, not a blank.

    An application adds its own filters with FILTERS, by name, in a module `filters`.
    """
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
    # `base` is what a page extends: an archive gives its own frame, and says that it is one.
    made.globals |= {"base": "web/base.html", "archived": False, "origin": True}
    made.globals |= {"url": url, "static": static, "labels": labels}
    own = {filter_.__name__: filter_ for filter_ in FILTERS}
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "filters"):
            own |= import_module(f"{app.name}.filters").FILTERS
    made.filters |= {name: at_rendering(filter_) for name, filter_ in own.items()}
    return made
