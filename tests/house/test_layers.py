"""Who may import whom, who reads the environment, who speaks SQL."""

import ast
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from bot.store import due
from tests.house.project import ROOT, bot_files, imported, shown, tree

# Needed by all rooms and needing none of them: not part of the order of rooms.
BESIDE_THE_ROOMS = {"bot.config", "bot.ids", "bot.logs", "bot.sandbox"}

READ_THE_ENVIRONMENT = {
    "bot/config.py",  # the one reader
    "bot/demo.py",  # hands its own environment on to the bot it starts
}


def test_an_import_points_down(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


def test_every_room_has_its_place_in_the_order() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [order] = [contract for contract in contracts if contract["type"] == "layers"]
    placed = {room.strip() for layer in order["layers"] for room in layer.replace("|", ":").split(":")}
    rooms = {f"bot.{path.stem}" for path in (ROOT / "bot").iterdir() if _is_room(path)}
    assert rooms == placed | BESIDE_THE_ROOMS


def _is_room(path: Path) -> bool:
    return (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()


def test_one_module_reads_the_environment() -> None:
    assert {shown(path) for path in bot_files() if _reads_environment(path)} == READ_THE_ENVIRONMENT


def _reads_environment(path: Path) -> bool:
    names = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    return bool(names & {"environ", "getenv", "environb"}) or "pydantic_settings" in imported(path)


def test_the_store_alone_speaks_sql() -> None:
    speaking = {
        shown(path) for path in bot_files() if _packages(path) & {"sqlalchemy", "aiosqlite", "sqlite3", "psycopg"}
    }
    assert {name for name in speaking if not name.startswith("bot/store/")} == set()
    assert speaking, "else this looks for the wrong thing"


def test_what_is_due_in_a_workspace_without_the_app_rests() -> None:
    """Every question for due rows of a workspace leaves the resting ones out.

    Installations are nobody's work, and the heads of a log leave the house whether the app is there or not.
    """
    kinds = {
        f"{path.stem}.{name}": value
        for path in (ROOT / "bot" / "store").glob("*.py")
        for name, value in vars(import_module(f"bot.store.{path.stem}")).items()
        if isinstance(value, due.Due)
    }
    resting = {
        name
        for name, kind in kinds.items()
        if all("resting_since" in str(query) for query in (kind.rows, *(query for query, _ in kind.times)))
    }
    assert len(resting) >= 10
    assert kinds.keys() - resting == {"installations.DUE", "sinks.DUE"}


def test_the_slack_room_and_the_root_alone_know_bolt() -> None:
    knowing = {shown(path) for path in bot_files() if _packages(path) & {"slack_bolt", "slack_sdk"}}
    assert {name for name in knowing if not name.startswith("bot/slack/")} == {"bot/app.py"}


def test_the_domain_has_no_clock_and_no_chance() -> None:
    for path in (ROOT / "bot" / "domain").glob("*.py"):
        assert not _packages(path) & {"random", "secrets", "time", "asyncio", "os", "uuid"}, shown(path)
        called = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
        assert not called & {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}, shown(path)


def _packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}
