"""A manifest that isn't one is refused with a sentence and the line."""

from pathlib import Path

import pytest

from bot.sandbox.slack.manifest import ManifestError
from bot.sandbox.slack.testing import LocalSlack, Manifest

from .slack_bots import MANIFEST, manifest

# (what is wrong, the manifest, what the sentence says)
WRONG: list[tuple[str, str, str]] = [
    ("no YAML", "a: [1", "line 1: this is not YAML or JSON"),
    ("a tab", "display_information:\n\tname: x", "line 2: this is not YAML or JSON"),
    ("nothing", "", "line 1: a manifest has to have `display_information`"),
    ("a list", "- a", "line 1: a manifest has to be a mapping"),
    ("no name", "display_information: {}", "line 1: `display_information` has to have `name`"),
    (
        "a long name",
        f"display_information:\n  name: {'x' * 36}",
        "line 2: `display_information.name` has to have 1 to 35",
    ),
    ("an unknown section", MANIFEST + "\ncolours: {}\n", "Slack knows no `colours`"),
    (
        "an unknown setting",
        MANIFEST.replace("is_enabled", "enabled"),
        "`settings.interactivity` has to have `is_enabled`",
    ),
    (
        "a command without slash",
        MANIFEST.replace("command: /echo", "command: echo"),
        "line 8: `features.slash_commands[0].command` has to look like",
    ),
    (
        "a command without description",
        MANIFEST.replace(", description: Says it again as typed", ""),
        "line 9: `features.slash_commands[1]` has to have `description`",
    ),
    ("a flag that is none", MANIFEST.replace("should_escape: true", "should_escape: sure"), "has to be true or false"),
    ("a shortcut of another kind", MANIFEST.replace("type: global", "type: local"), "has to be one of message, global"),
    (
        "commands without their scope",
        MANIFEST.replace("[commands, ", "["),
        "slash commands need the bot scope `commands`",
    ),
    (
        "an event without its scope",
        MANIFEST.replace('"app_mentions:read", ', ""),
        "the event `app_mention` needs the bot scope `app_mentions:read`",
    ),
    (
        "scopes without a bot user",
        MANIFEST.replace("  bot_user: {display_name: Echo}\n", ""),
        "bot scopes need `features.bot_user`",
    ),
    ("an address that is none", MANIFEST.replace("https://example.com/events", "example.com"), "has to look like"),
]


@pytest.mark.parametrize(("what", "text", "sentence"), WRONG, ids=[row[0] for row in WRONG])
def test_refused(what: str, text: str, sentence: str) -> None:
    with pytest.raises(ManifestError) as refused:
        Manifest.parse(text, "manifest.yml")
    assert str(refused.value).startswith("manifest.yml, line ")
    assert sentence in str(refused.value), what


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="can't be read"):
        LocalSlack(manifest=tmp_path / "none.yml")


def test_what_is_read() -> None:
    read = manifest()
    assert [c.command for c in read.commands] == ["/echo", "/raw"]
    assert read.commands[0].should_escape
    assert read.home_tab
    assert "message.im" in read.bot_events
    assert read.options_url == "https://example.com/options"
    assert {s.type for s in read.shortcuts} == {"global", "message"}
    json = '{"display_information": {"name": "J"}}'
    assert Manifest.parse(json).name == "J"
