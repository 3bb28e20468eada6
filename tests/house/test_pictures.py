"""The pictures in docs/screenshots are those that the browser tests take, each of them, and no other."""

import ast
from collections.abc import Iterator
from itertools import product

import pytest

from tests.browser.screenshots import FOLDER
from tests.house.project import ROOT, tree

TESTS = sorted((ROOT / "tests" / "browser").glob("test_*.py"))


def test_every_picture_that_is_taken_is_kept_and_no_other() -> None:
    taken = [name for path in TESTS for name in shot(tree(path))]
    assert sorted(taken) == sorted(set(taken)), "two pictures of one name"
    assert sorted(taken) == sorted(path.stem for path in FOLDER.glob("*.png")), "make screenshots"


def test_parameters_in_a_picture_s_name_are_filled_in() -> None:
    shots = 'shoot(page, f"it-{a}"); shoot(page, "plain")'
    source = f'@pytest.mark.parametrize("a", ["x", "y"])\ndef test_it(a):\n    {shots}'
    assert sorted(shot(ast.parse(source))) == ["it-x", "it-y", "plain"]
    with pytest.raises(AssertionError):
        list(shot(ast.parse("def test_it():\n    shoot(page, name)")))


def shot(module: ast.Module) -> Iterator[str]:
    """The names that a module gives to `shoot`, with every value that a test's parameters have."""
    for function in (each for each in ast.walk(module) if isinstance(each, ast.FunctionDef)):
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "shoot":
                yield from names(call.args[1], parameters(function))


def names(given: ast.expr, values: dict[str, list[str]]) -> Iterator[str]:
    """A literal's one name, or one for each combination of what stands in an f-string."""
    if isinstance(given, ast.Constant):
        yield str(given.value)
        return
    assert isinstance(given, ast.JoinedStr), f"a picture's name is a literal or an f-string: {ast.unparse(given)}"
    pieces = [
        values[ast.unparse(piece.value)] if isinstance(piece, ast.FormattedValue) else [ast.literal_eval(piece)]
        for piece in given.values
    ]
    yield from map("".join, product(*pieces))


def parameters(function: ast.FunctionDef) -> dict[str, list[str]]:
    """The values of a test's parameters that are lists of literals."""
    found = {}
    for mark in function.decorator_list:
        match mark:
            case ast.Call(
                func=ast.Attribute(attr="parametrize"), args=[ast.Constant(value=str(name)), ast.List() as list_]
            ):
                found[name] = [str(ast.literal_eval(each)) for each in list_.elts]
    return found
