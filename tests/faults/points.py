"""The points at which the bot can be cut off, read from its code: its commits, its calls of Slack and of the provider.

A name is either written where it is used, or a parameter: then it is written by the callers, who are read, too. What is
neither can't be found this way, and is refused.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import bot
from bot.domain.operations import POWER, Kind
from bot.vps.client import ProviderAccount

_CODE = Path(bot.__file__).parent

_CALLS = {
    "servers": "GET list",
    "server": "GET show",
    "me": "GET me",
    **{kind.value: f"POST {kind}" for kind in POWER},
    "delete": "DELETE delete",
    "plans": "GET plans",
    "systems": "GET operating-systems",
    "locations": "GET locations",
    "ssh_keys": "GET ssh-keys",
    "create": "POST create",
    "edit": "PATCH edit",
    "replace": "PUT replace",
}
"""What a method of a provider's account sends."""


def found(kind: Kind) -> frozenset[str]:
    """Every point of the code, before and after; of the calls that change something only those of one kind, and within
    them, too."""
    others = {f"call:POST {each}" for each in POWER if each is not kind and (kind, each) != (Kind.DELETE, Kind.STOP)}
    names = _names() - others
    changing = (name for name in names if name.startswith(_CHANGING))
    return frozenset(
        [*(f"{name}:{moment}" for name in names for moment in ("before", "after")), *map("{}:during".format, changing)]
    )


_CHANGING = ("call:POST ", "call:DELETE ", "call:PATCH ", "call:PUT ")


@cache
def _names() -> frozenset[str]:
    """Every commit and call of the code."""
    files = [path for path in sorted(_CODE.rglob("*.py")) if "sandbox" not in path.parts]
    return frozenset(name for path in files for name in names_in(path))


def names_in(path: Path) -> Iterator[str]:
    """The commits and calls of one file. Raises AssertionError for a name that can't be found."""
    for node, parameters in _walk(ast.parse(path.read_text()), frozenset()):
        match node:
            case ast.Call(func=ast.Attribute(attr="begin" | "change"), args=[name, *_]) if path.parent.name != "vps":
                yield from _named("commit", name, parameters, path)
            case ast.Call(func=ast.Name(id="write"), args=[_, name, _]):
                yield from _named("commit", name, parameters, path)
            case ast.Call(func=ast.Attribute(attr="call"), args=[_, name, *_]):
                yield from _named("slack", name, parameters, path)
            case ast.Call(func=ast.Attribute(attr="_send"), args=[_, name, _]) if path.name == "web.py":
                yield from _named("slack", name, parameters, path)
            case ast.Call(func=ast.Attribute(attr="respond")):
                yield "slack:response_url"
            case ast.Call(func=ast.Attribute(attr="_upload")):
                yield "slack:upload"
            case ast.Attribute(attr="within"):
                pass  # the same account: it sends nothing
            case ast.Attribute(value=value, attr=attr) if _is_account(value) and hasattr(ProviderAccount, attr):
                yield f"call:{_CALLS[attr]}"
            case _:
                pass


def _named(kind: str, name: ast.expr, parameters: frozenset[str], path: Path) -> Iterator[str]:
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        yield f"{kind}:{name.value}"
    elif not (isinstance(name, ast.Name) and name.id in parameters):
        raise AssertionError(f"{path.name}, line {name.lineno}: this {kind} is not given its name where it is used")


def _is_account(value: ast.expr) -> bool:
    """Whether an expression is a provider's account: a variable called so, or what `account(…)`, `trial(…)` or, with
    less time for its calls, `within(…)` gives."""
    match value:
        case ast.Await(value=ast.Call(func=ast.Attribute(attr="account"))):
            return True
        case ast.Call(func=ast.Attribute(attr="trial" | "within")):
            return True
        case ast.Name(id="account" | "trial"):
            return True
        case _:
            return False


def _walk(node: ast.AST, parameters: frozenset[str]) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """All nodes, each with the parameters of the function it stands in."""
    for child in ast.iter_child_nodes(node):
        inside = parameters
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = frozenset(each.arg for each in [*child.args.args, *child.args.kwonlyargs])
        yield child, inside
        yield from _walk(child, inside)
