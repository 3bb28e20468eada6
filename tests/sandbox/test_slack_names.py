"""Every name with which the local Slack refuses is a rule in words, or on the list of those that can meet any bot."""

import ast
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot.sandbox.slack.errors import ANY_BOT, BROKEN, PERSON, Refused

from .slack_stage import Stage, stage

CODE = Path(__file__).parents[2] / "bot/sandbox/slack"
NAME = re.compile(r"[a-z]+(_[a-z]+)+|ratelimited")
HANDED_ON = ("_own", "_listed")
"""Functions that are told with which name to refuse."""
Wrong = Callable[[Stage], Awaitable[None]]


def test_every_name_is_on_one_list() -> None:
    used = {name for path in CODE.rglob("*.py") for name in _names(ast.parse(path.read_text(encoding="utf-8")))}
    lists = (set(BROKEN), set(ANY_BOT), set(PERSON))
    assert set.union(*lists) == used
    assert sum(map(len, lists)) == len(used), "a name is on one list alone"


async def _wrong_limit(s: Stage) -> None:
    await s.form("users.list", limit="0")


async def _wrong_latest(s: Stage) -> None:
    await s.form("conversations.history", channel=s.ops.id, latest="noon")


async def _wrong_secret(s: Stage) -> None:
    await s.form("oauth.v2.access", client_id=s.slack.client_id, client_secret="x", code="y")


async def _wrong_address(s: Stage) -> None:
    async with s.bot.session.get(f"{s.slack.url}/oauth/v2/authorize?client_id=1.2") as page:
        assert page.status == 400


async def _wrong_response_url(s: Stage) -> None:
    await s.respond(f"{s.slack.url}/response/T0/1/made-up", {"text": "x"})


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        ("invalid_limit", _wrong_limit),
        ("invalid_ts_latest", _wrong_latest),
        ("bad_client_secret", _wrong_secret),
        ("invalid_client_id", _wrong_address),
        ("no_service", _wrong_response_url),
    ],
)
async def test_a_bots_own_mistake_is_in_the_inspector_in_words(error: str, wrong: Wrong) -> None:
    async with stage() as s:
        await wrong(s)
        [problem] = s.slack.problems()
        assert BROKEN[error] in problem


async def test_what_can_meet_any_bot_is_no_problem() -> None:
    async with stage() as s:
        await s.api("chat.postEphemeral", channel=s.general.id, user=s.olga.id, text="x")
        await s.form("usergroups.users.list", usergroup="S0NONE")
        assert s.slack.problems() == []
        noted = [note for each in s.slack.exchanges for note in each.notes]
    assert noted == [
        "A bot posts and reads where it is a member. (not_in_channel)",
        "A user group is one of this workspace's that is not switched off. (no_such_subteam)",
    ]


@pytest.mark.parametrize("error", sorted(ANY_BOT))
def test_its_rule_is_noted_in_words_all_the_same(error: str) -> None:
    refused = Refused(error)
    assert refused.problems() == []
    assert refused.notes() == [f"{ANY_BOT[error]} ({error})"]
    assert ANY_BOT[error].endswith("."), "a sentence"


def _names(module: ast.Module) -> Iterator[str]:
    """The names in `Refused(…)`, those that are handed on to it, and those that a dead token answers with."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            if called == "Refused" and node.args:
                yield from _words(node.args[0])
            elif called in HANDED_ON:
                yield from (word for given in node.args for word in _words(given))
        elif isinstance(node, ast.Assign) and any(getattr(target, "attr", "") == "dead" for target in node.targets):
            yield from _words(node.value)


def _words(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
            yield node.value
