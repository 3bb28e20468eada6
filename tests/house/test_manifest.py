"""`manifest.yml`: Slack takes it, and it asks for what the bot uses and no more."""

from urllib.parse import urlsplit

import yaml

from bot.sandbox.slack.api.registry import METHODS
from bot.sandbox.slack.manifest import Manifest
from bot.slack.incoming import Entrance
from bot.slack.installation import SCOPES
from tests.house.project import ROOT, bot_files, router, shown, strings

PATH = ROOT / "manifest.yml"
MANIFEST = Manifest.read(PATH)

# What methods alone don't tell.
BESIDE_METHODS = {
    "commands",  # /vps
    "im:write",  # chat.postMessage to a person, not to a channel
}

# conversations.info takes any one of four: the bot looks at channels, never at conversations of people.
# And with conversations.open the bot opens conversations with one person only.
NOT_NEEDED = {"im:read", "mpim:read", "mpim:write", "channels:manage", "groups:write"}

# Slack sends these events for scopes that other things need, too.
EVENT_SCOPES = {
    "user_change": "users:read",
    "subteam_members_changed": "usergroups:read",
    "app_uninstalled": None,
    "tokens_revoked": None,
}


def test_slack_takes_it() -> None:
    assert [command.command for command in MANIFEST.commands] == ["/vps"]
    assert MANIFEST.interactivity
    assert MANIFEST.commands[0].should_escape, "else a person is not told from a text that looks like one"


def test_it_lists_each_scope_that_is_used_and_no_more() -> None:
    used = {scope for method in _called() for scope in METHODS[method].scopes} - NOT_NEEDED | BESIDE_METHODS
    used |= {scope for event in MANIFEST.bot_events if (scope := EVENT_SCOPES[event])}
    assert set(MANIFEST.bot_scopes) == used
    assert len(set(MANIFEST.bot_scopes)) == len(MANIFEST.bot_scopes)


def test_the_way_to_slack_asks_for_the_same_scopes() -> None:
    assert set(SCOPES) == set(MANIFEST.bot_scopes)
    assert [urlsplit(each).path for each in MANIFEST.redirect_urls] == ["/slack/oauth_redirect"]


def test_it_subscribes_to_the_events_that_have_a_handler_and_no_more() -> None:
    assert set(MANIFEST.bot_events) == router().ids(Entrance.EVENT)


def test_all_addresses_are_one() -> None:
    command = MANIFEST.commands[0].url
    assert command.endswith("/slack/events")
    assert {command, MANIFEST.interactivity_url, MANIFEST.events_url} == {command}


def test_the_hint_names_commands_that_there_are() -> None:
    hinted = {part.split()[0] for part in MANIFEST.commands[0].usage_hint.split("|")}
    assert hinted <= router().commands.keys()


def test_each_scope_says_what_for() -> None:
    text = PATH.read_text(encoding="utf-8")
    for scope in yaml.safe_load(text)["oauth_config"]["scopes"]["bot"]:
        assert f"- {scope} # " in text


def _called() -> set[str]:
    """The Web API methods that the bot names; the local Slack's table knows each one's scopes."""
    ours = [path for path in bot_files() if not shown(path).startswith("bot/sandbox/")]
    called = {text for path in ours for text in strings(path) if text in METHODS}
    assert {"chat.postMessage", "users.info"} <= called, "else this looks for the wrong thing"
    return called
