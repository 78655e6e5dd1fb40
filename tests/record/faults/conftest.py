"""The node that every test of its module damages and puts back."""

from __future__ import annotations

import os

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.record.conftest import NODE, OwnLog
from tests.record.faults.office import Office


@pytest.fixture(scope="module")
def office(empty_database, django_db_blocker, tmp_path_factory):
    """Fill a node of its own once for the module; a test that damaged it calls back()."""
    from django.db import connections
    from django.test import override_settings

    from teladan.config import database

    name, template = f"test_teladan_{os.getpid()}_office", conninfo_to_dict(empty_database)["dbname"]
    url = make_conninfo(empty_database, dbname=name)
    folder = tmp_path_factory.mktemp("office")
    log = OwnLog(url, folder / "node")
    with (
        psycopg.connect(make_conninfo(empty_database, dbname="postgres"), autocommit=True) as admin,
        django_db_blocker.unblock(),
        override_settings(
            TELADAN_HOME=log.home,
            TELADAN_KEYS=log.keys,
            TELADAN_SIGNED=log.signed,
            TELADAN_NODE=NODE,
            TELADAN_KEPT=folder / "pages",
        ),
    ):
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        connection = connections["default"]
        before = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(database.django_settings(url))
        try:
            made = Office(log, folder / "copy")
            made.fill()
            yield made
        finally:
            log.close()
            connection.close()
            connection.settings_dict.clear()
            connection.settings_dict.update(before)
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
