"""docs/reference/commands.md: every command, argument, option and example has its place there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from teladan.cli.app import app

PAGE = Path(__file__).parents[2] / "docs/reference/commands.md"
COMMANDS = {}
for verb, found in get_command(app).commands.items():
    inside = getattr(found, "commands", None)  # of a group: teladan correct ask
    COMMANDS |= {verb: found} if inside is None else {f"{verb} {name}": inside[name] for name in inside}
SECTIONS = {
    part.partition("\n")[0].removeprefix("teladan "): part
    for part in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
}


def told(command):
    """Return {name: how it is written} of the arguments and options in a command's table."""
    return dict(re.findall(r"^\| `((?:--)?[\w-]+)( [^`]+)?` \|", SECTIONS[command], flags=re.MULTILINE))


def test_every_command_has_its_section_in_the_order_of_the_help():
    assert list(SECTIONS) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_and_option_has_its_line(name):
    wanted = {}
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "argument":
            wanted[parameter.metavar] = ""
        elif parameter.name != "help":
            wanted[parameter.opts[0]] = parameter.metavar or ""
    written = told(name)
    assert sorted(written) == sorted(wanted)
    for option, metavar in wanted.items():
        assert not metavar or written[option].strip() == metavar


@pytest.mark.parametrize("name", COMMANDS)
def test_the_choices_of_a_format_are_those_of_the_page(teladan, name):
    choices = re.findall(r"--format <([^>]+)>", teladan(*name.split(), "--help").out)
    written = [told(name)["--format"].strip().replace("\\|", "|")] if "--format" in told(name) else []
    assert choices == written


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_in_its_help_and_on_the_page(name):
    help_text = COMMANDS[name].epilog or ""
    examples = [line.strip() for line in help_text.splitlines() if line.strip().startswith("teladan ")]
    assert examples
    for example in examples:
        assert example.startswith(f"teladan {name}")
        assert f"\n{example}\n" in SECTIONS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_what_its_options_are_for(name):
    assert COMMANDS[name].help
    for parameter in COMMANDS[name].params:
        if parameter.name != "help":
            assert parameter.help, parameter.name
