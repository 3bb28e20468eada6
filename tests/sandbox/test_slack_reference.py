"""The methods, compared with Slack's reference: which there are, what they take, what they read of it."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.sandbox.slack.api import door
from bot.sandbox.slack.api.registry import METHODS

from .slack_reference import reference

CODE = Path(inspect.getfile(door)).parents[1]
READ_IN = [*sorted((CODE / "api").glob("*.py")), *(CODE / name for name in ("drafts.py", "dialogs.py", "oauth.py"))]

NOT_READ = {
    "as_user": "classic apps alone",
    "current_draft_last_updated_ts": "drafts are of people",
    "link_names": "no user group is found by its bare name",
    "parse": "text is mrkdwn, as by default",
    "mrkdwn": "text is mrkdwn, as by default",
    "unfurl_links": "no link is unfurled",
    "unfurl_media": "no link is unfurled",
    "unfurled_attachments": "no link is unfurled",
    "file_ids": "files are shared by files.completeUploadExternal",
    "include_all_metadata": "metadata is always there",
    "include_locale": "everybody's is en-US",
    "team_id": "a token is of one workspace",
    "prevent_creation": "Slack doesn't say what it answers",
    "interactivity_pointer": "workflows alone; trigger_id is the app's way",
    "assertion": "single sign-on alone",
    "code_verifier": "public clients alone",
    "alt_txt": "a file is shown by its name",
    "snippet_type": "a file is shown by its name",
    "test": "auth.revoke revokes",
    "files.completeUploadExternal username": "files are shared under the app's own name",
    "files.completeUploadExternal icon_emoji": "files are shared under the app's own name",
    "files.completeUploadExternal icon_url": "files are shared under the app's own name",
    "files.completeUploadExternal channels": "a file is shared in one channel: channel_id",
    "files.completeUploadExternal blocks": "a file is shared with a text: initial_comment",
}
"""Arguments that are taken and change nothing, and why."""

NEEDED_HERE = {
    "views.open trigger_id": "or interactivity_pointer, which only workflows have",
    "views.push trigger_id": "or interactivity_pointer, which only workflows have",
}
NEEDED_THERE = {
    "oauth.v2.exchange client_id": "also in the Authorization header, where it is looked at",
    "oauth.v2.exchange client_secret": "also in the Authorization header, where it is looked at",
}


def test_what_is_offered_is_described() -> None:
    assert set(METHODS) == set(reference())


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_needs_what_the_reference_says(name: str) -> None:
    here, there = set(METHODS[name].required), reference()[name].required
    assert {f"{name} {each}" for each in here - there} <= set(NEEDED_HERE)
    assert {f"{name} {each}" for each in there - here} <= set(NEEDED_THERE)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_reads_what_the_reference_says(name: str) -> None:
    described = reference()[name]
    known = {each for function in _reached(name) for each in _words(function)}
    unread = (described.required | described.optional) - known - {"token"}
    assert {each for each in unread if not {each, f"{name} {each}"} & set(NOT_READ)} == set()


def _reached(name: str) -> Iterator[ast.AST]:
    """The function of a method and those that it calls, as far as their names tell."""
    functions, first = _functions(), METHODS[name].run.__name__
    waiting, seen = [first], set()
    while waiting:
        each = waiting.pop()
        if each in seen or each not in functions:
            continue
        seen.add(each)
        for function in functions[each]:
            yield function
            waiting += [node.id for node in ast.walk(function) if isinstance(node, ast.Name)]
            waiting += [node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)]


@cache
def _functions() -> dict[str, list[ast.AST]]:
    found: dict[str, list[ast.AST]] = {}
    for path in READ_IN:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(node.name, []).append(node)
    return found


def _words(function: ast.AST) -> Iterator[str]:
    return (n.value for n in ast.walk(function) if isinstance(n, ast.Constant) and isinstance(n.value, str))
