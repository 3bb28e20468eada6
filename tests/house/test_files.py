"""Files of a size that is read, names that explain themselves, and nothing of anybody's machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.project import bot_files, committed_files, shown, tree

LONGEST = 350

# Spelled so that this file doesn't hold what it looks for.
FOREIGN = re.compile(
    "|".join(
        (
            r"(?<![\w.])/(?:work|root|home|opt|srv|tmp|Users)/\w",
            r"py" + r"pi\.org",
            r"python" + r"hosted",
            r"registry\.npm" + r"js",
            r"deb\.deb" + r"ian",
            r"proxy\.go" + r"lang",
            r"--(?:extra-)?index" + r"-url[ =]h",
        )
    )
)


ON_ONE_PAGE = {"bot/store/tables.py"}
"""All tables stand on one page, however long it gets."""


def test_a_file_is_short_enough_to_be_read() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in bot_files()}
    assert {name: lines for name, lines in lengths.items() if lines >= LONGEST and name not in ON_ONE_PAGE} == {}


def test_everything_public_says_what_it_is() -> None:
    silent = {shown(path): list(_silent(path)) for path in bot_files()}
    assert {name: found for name, found in silent.items() if found} == {}


def test_nothing_names_a_registry_or_a_place_on_somebody_s_machine() -> None:
    found = [
        f"{shown(path)}:{number}: {match[0]}"
        for path in committed_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        for match in FOREIGN.finditer(line)
    ]
    assert found == []


def _silent(path: Path) -> Iterator[str]:
    """Public modules, classes and functions without a docstring; what is nested in a function is nobody's business."""
    module = tree(path)
    if not ast.get_docstring(module):
        yield "the module"
    yield from _silent_in(module, "")


def _silent_in(parent: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    for node in parent.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not _says_it_elsewhere(node):
            yield f"{prefix}{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _silent_in(node, f"{prefix}{node.name}.")


def _says_it_elsewhere(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """An overload, or the setter of a property."""
    marks = {ast.unparse(each) for each in node.decorator_list}
    return bool(marks & {"overload", f"{node.name}.setter"})
