"""Running the command inside this process, and files for it to read."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

HEADER = "organisation,OSI,HCI,TII"
ROWS = "KOR,1.0,0.91198,0.9917\nBRN,0.5802,0.69909,0.9868\n"


@dataclass
class Ran:
    """How a run of the command ended."""

    status: int
    out: str
    err: str


@pytest.fixture
def teladan():
    """Return teladan(*arguments): the command run to its end."""

    def run(*arguments):
        from teladan.cli.app import app

        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Return write(name, content): a file in a folder of its own, which is where the command runs."""
    monkeypatch.chdir(tmp_path)

    def make(name, content):
        file = tmp_path / name
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content, encoding="utf-8")
        return name

    return make


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Return book(rows, change): a workbook written by openpyxl; `change` may alter it first."""
    import openpyxl

    monkeypatch.chdir(tmp_path)

    def make(rows, change=None, name="book.xlsx"):
        workbook = openpyxl.Workbook()
        workbook.active.title = "Data"
        for row in rows:
            workbook.active.append(row)
        if change:
            change(workbook, workbook.active)
        workbook.save(tmp_path / name)
        return name

    return make
