"""The documents say what the code does."""

import re
from dataclasses import fields, replace
from typing import Any

import pytest

from bot import contents
from bot.domain.audit import Action
from bot.domain.operations import TRANSITIONS
from bot.domain.policy import Policy, loosened
from bot.domain.roles import MAY, Permission, Role
from tests.house import documents
from tests.house.documents import DOCS
from tests.house.project import bot_files, sentences

ROOT = DOCS.parent


def text(name: str) -> str:
    """A document."""
    return (DOCS / name).read_text(encoding="utf-8")


def rows(name: str, first: str) -> list[list[str]]:
    """The cells of the table whose header begins with a word, without its header."""
    table = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text(name), re.MULTILINE)
    assert table, f"{name} has no table of {first}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


def test_every_command_stands_in_the_document_as_it_is_registered() -> None:
    assert text("commands.md") == documents.commands(), "run `make docs`"


def test_the_table_of_settings_equals_the_settings() -> None:
    table = [line for line in text("operating.md").splitlines() if re.match(r"\| `[A-Z_]+` \|", line)]
    assert table == documents.settings(), "run `make docs`"


def test_the_table_of_metrics_equals_the_metrics() -> None:
    table = [line for line in text("operating.md").splitlines() if line.startswith("| `vpsbot_")]
    assert table == documents.metrics(), "run `make docs`"


def test_the_table_of_roles_equals_the_rules() -> None:
    roles = [Role.VIEWER, Role.OPERATOR, Role.APPROVER, Role.AUDITOR, Role.ADMIN]
    told = {row[0].strip("`"): [cell == "yes" for cell in row[1:]] for row in rows("security.md", "permission")}
    assert told == {permission: [permission in MAY[role] for role in roles] for permission in Permission}


LOOSER = {
    "fewer approvals": {"approvals"},
    "a shorter time to undo": {"undo_window"},
    "no stop before it": {"stop_first"},
    "a rule or a protected pattern less": {"also", "protected"},
    "a larger budget": {"hourly", "daily"},
    "a longer life of a request": {"lifetime"},
    "another approvals channel": {"approvals_channel"},
}
"""How the document calls the settings whose change takes two."""

STRICT = Policy("C0OPS", "C0NEWS", 2, undo_window=60, stop_first=True, also=("stop *",), protected=("prod-*",))


def test_the_settings_that_take_two_are_those_that_loosen() -> None:
    [told] = [row[1] for row in rows("security.md", "what") if row[0] == "`/vps settings`"]
    assert set(told.split(", ")) == set(LOOSER)
    changed = {field.name: _others(getattr(STRICT, field.name)) for field in fields(Policy)}
    loosens = [loosened(STRICT, replace(STRICT, **{name: value})) for name in changed for value in changed[name]]
    assert set().union(*loosens) == set().union(*LOOSER.values())


def _others(value: object) -> tuple[Any, ...]:
    """Other values of a setting: of a number a smaller and a larger one, else nothing in place of something."""
    return (value - 1, value + 1) if type(value) is int else (type(value)(),)


def test_every_action_of_the_log_is_explained() -> None:
    assert sorted(row[0].strip("`") for row in rows("security.md", "action")) == sorted(Action)


def test_the_diagram_of_states_is_the_table_of_transitions() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", text("architecture.md"), re.MULTILINE))
    assert drawn == {(str(before), str(after)) for before, following in TRANSITIONS.items() for after in following}


@pytest.mark.parametrize("name", ["README.md", *(f"docs/{path.name}" for path in sorted(DOCS.glob("*.md")))])
def test_every_link_leads_somewhere(name: str) -> None:
    document = ROOT / name
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{name} links to {target}"


def test_every_trouble_in_the_document_is_said_in_these_words() -> None:
    said = {sentence for path in bot_files() for sentence in sentences(path)}
    for row in rows("operating.md", "what you see"):
        for quoted in re.findall(r'`([^`]+)`|"([^"]+)"', row[0]):
            pieces = [piece for piece in "".join(quoted).split("…") if piece.strip()]
            assert any(all(piece in each for piece in pieces) for each in said), quoted


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    typed = {word for line in readme.splitlines() if line.startswith("| `") for word in re.findall(r"[a-z-]+", line)}
    assert set(contents.router().commands) <= typed


def test_the_readme_says_how_to_see_and_check_it() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "    make demo\n" in readme
    assert "    make test\n" in readme
