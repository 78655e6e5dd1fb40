"""docs/howto/evaluate-your-own-file.md: its files and commands are run, and print what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/howto/evaluate-your-own-file.md"
COMMAND = Path(sys.executable).with_name("teladan")
BLOCK = re.compile(r"^```(csv|console)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def shown(folder, command):
    """Return what a person sees of a command: both streams, in the order of a terminal."""
    words = shlex.split(command)
    assert words[0] == "teladan"
    done = subprocess.run(
        [COMMAND, *words[1:]], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.stdout.decode()


def test_the_page_shows_what_the_command_prints(tmp_path):
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    commands = [text for kind, _, text in blocks if kind == "console"]
    assert len(commands) == 7
    for kind, name, text in blocks:
        if kind == "csv":
            (tmp_path / name).write_text(text, "utf-8")
            continue
        prompt, _, expected = text.partition("\n")
        assert shown(tmp_path, prompt.removeprefix("$ ")) == expected


def test_both_forms_of_the_answers_give_the_same_bytes(tmp_path):
    for kind, name, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "csv":
            (tmp_path / name).write_text(text, "utf-8")
    wide = shown(tmp_path, "teladan evaluate egdi answers.csv --format json")
    assert wide.startswith('{"edition":"2024"')
    assert shown(tmp_path, "teladan evaluate egdi long.csv --format json") == wide
