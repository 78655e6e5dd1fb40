"""The WSGI application that the server runs."""

import os
from multiprocessing import parent_process
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver

from teladan.core import library

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teladan.config.settings")

application = get_wsgi_application()


def warm_up() -> None:
    """Import, read and compile what every page needs, so that the first visitor need not wait for it."""
    _ = get_resolver().url_patterns
    library.everything()
    for engine in engines.all():
        if isinstance(engine, Jinja2):
            for name in engine.env.list_templates():
                engine.env.get_template(name)


def end_with_the_server() -> None:
    """End this worker when the process that started it is gone, even killed: else it keeps the port."""
    server = parent_process()
    if server is None:
        return

    def wait() -> None:
        server.join()
        os._exit(1)

    Thread(target=wait, daemon=True, name="end-with-the-server").start()


warm_up()
end_with_the_server()
