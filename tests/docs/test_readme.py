"""What the README says is there, is there."""

from __future__ import annotations

import importlib.util
import re
import struct
from typing import get_args

import click
import pytest

from api.app import create_app
from api.config import Settings, variable_names
from api.store import ROLES
from api.wiring import Parts
from kb.reader import read_text
from kb.reader.forms import SUFFIXES
from kb.types import Reason
from tests.docs import reading
from training.__main__ import main as training

MAKEFILE = (reading.ROOT / "Makefile").read_text("utf-8")
FIELDS = {row[0]: reading.names(row[1]) for row in reading.table("field")}
GIVEN = {
    "title": ("Refund a client", "title", "Refund a client"),
    "address": ("/refunds", "url", "/refunds"),
    "audience": ("partners", "audience", "partners"),
    "language": ("fi", "language", "fi"),
    "tags": ("[billing]", "tags", ("billing",)),
    "owner": ("Aino", "owner", "Aino"),
    "last change": ("2026-03-31", "updated_at", "2026-03-31"),
    "last check": ("2026-03-31", "verified_at", "2026-03-31"),
    "check due": ("2026-03-31", "verify_by", "2026-03-31"),
}


@pytest.fixture
def program(settings: Settings) -> click.Group:
    return create_app(parts=Parts(settings)).cli


def command_of(group: click.Group, words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and the words after its name."""
    command, rest = group.commands[words[1]], words[2:]
    return (
        (command.commands[rest[0]], rest[1:])
        if isinstance(command, click.Group) and rest
        else (command, rest)
    )


@pytest.mark.parametrize("words", reading.commands("flask"), ids=" ".join)
def test_every_flask_command_and_its_options_exist(program, flask, words):
    command, rest = command_of(program, words)
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options
    arguments = [word for word in words if word in program.commands or word == command.name]
    assert flask(["flask", *dict.fromkeys(arguments), "--help"]).exit_code == 0


def test_every_flask_command_is_in_the_readme(program):
    named = {command_of(program, words)[0] for words in reading.commands("flask")}
    groups = (one for one in program.commands.values() if isinstance(one, click.Group))
    single = (one for one in program.commands.values() if not isinstance(one, click.Group))
    ours = {*single, *(command for group in groups for command in group.commands.values())}
    assert {command.name for command in ours - named} <= {"run", "routes", "shell"}


@pytest.mark.parametrize("words", reading.commands("python"), ids=" ".join)
def test_every_module_that_is_run_exists_with_its_options(words, capsys):
    assert words[1:3] == ["-m", "training"]
    with pytest.raises(SystemExit) as ended:
        training([*(word for word in words[3:4]), "--help"])
    assert ended.value.code == 0
    shown = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert {word for word in words if word.startswith("--")} <= shown


def test_every_task_of_make_exists_and_runs_modules_that_exist():
    tasks = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
    assert {words[1] for words in reading.commands("make")} == tasks - {"help"}
    for module in re.findall(r"python -m ([a-z.]+)", MAKEFILE):
        is_package = importlib.util.find_spec(module).submodule_search_locations is not None
        assert importlib.util.find_spec(f"{module}.__main__" if is_package else module), module


def test_every_setting_exists_and_is_described():
    assert reading.settings() <= set(variable_names())
    described = (reading.ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^# (POINTSMAN_[A-Z_]+)=", described, re.MULTILINE)) == set(variable_names())


def test_every_link_leads_somewhere():
    assert [link for link in reading.relative_links() if not (reading.ROOT / link).exists()] == []


def test_the_pictures_are_all_shown_wide_and_small():
    folder = reading.ROOT / "docs" / "pictures"
    assert {reading.ROOT / picture for picture in reading.pictures()} == set(folder.glob("*.png"))
    for picture in folder.glob("*.png"):
        width = struct.unpack(">I", picture.read_bytes()[16:20])[0]
        assert (width, picture.stat().st_size < 120_000) == (1200, True), picture.name


def test_the_map_shows_every_package():
    shown = {re.search(r"\[(\w+)\]", row[0])[1] for row in reading.table("folder")}
    packages = {path.parent.name for path in reading.ROOT.glob("*/__init__.py")}
    assert shown == packages | {"sample", "tests", "docs"}


def test_the_kinds_of_files_are_those_that_are_read():
    assert set(re.search(r"\((`\.md[^)]*`)\)", reading.README)[1].strip("`").split()) == set(SUFFIXES)


def test_the_roles_are_all_explained():
    assert [role for row in reading.table("role") for role in reading.names(row[0])] == list(ROLES)


def test_the_reasons_are_all_explained():
    explained = [reading.names(row[0])[0] for row in reading.table("`reason`")]
    assert explained == ["null", *get_args(Reason)]


def test_the_embedders_can_be_set():
    values = [reading.names(row[0])[0] for row in reading.table("value")]
    set_ones = [Settings.from_environment({"POINTSMAN_EMBEDDER": value}).embedder for value in values]
    assert set_ones == values


@pytest.mark.parametrize(("field", "name"), [(field, name) for field in GIVEN for name in FIELDS[field]])
def test_the_names_in_front_matter_are_understood(field, name):
    value, attribute, expected = GIVEN[field]
    line = name if ":" in name else f"{name}: {value}"
    article = read_text(f"---\n{line}\n---\nText.\n", article_id="help:a", source="help")
    found = getattr(article, attribute)
    if ":" in name:
        expected = "internal"
    assert (str(found)[:10] if field in ("last change", "last check", "check due") else found) == expected


def test_the_fields_are_all_in_the_table():
    assert FIELDS.keys() == GIVEN.keys() | {"keep out"}
