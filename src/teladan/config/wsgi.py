"""The WSGI application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teladan.config.settings")

application = get_wsgi_application()


def warm_up() -> None:
    """Import, read and compile what every page needs, so that the first visitor need not wait for it."""
    from django.template import engines
    from django.urls import get_resolver

    from teladan.core import library

    _ = get_resolver().url_patterns
    library.everything()
    templates = engines["jinja2"].env
    for name in templates.list_templates():
        templates.get_template(name)


warm_up()
