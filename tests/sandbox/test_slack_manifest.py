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
    ("a date that is none", "display_information:\n  name: 2026-13-45", "line 2: this is not YAML or JSON: month must"),
    (
        "a name given twice",
        "display_information:\n  name: x\n  name: y",
        "line 3: this is not YAML or JSON: `name`",
    ),
    (
        "a name that is a list",
        "display_information:\n  ? [a]\n  : x",
        "line 2: this is not YAML or JSON: the name",
    ),
    ("an alias", "display_information: &a\n  name: x\nfeatures: *a", "line 1: this is not YAML or JSON: an alias"),
    ("an alias that holds itself", "a: &a [*a]", "line 1: this is not YAML or JSON: an alias"),
    ("a very deep one", "[" * 5000, "line 1: this is not YAML or JSON: it is nested too deeply"),
    ("two documents", "--- {}\n--- {}", "line 2: this is not YAML or JSON: but found another document"),
    ("Python in YAML", "display_information:\n  name: !!python/object:os.system x", "line 2: this is not YAML or JSON"),
    (
        "a name that is a number",
        "display_information:\n  name: 7",
        "line 2: `display_information.name` has to be",
    ),
    ("features that are a list", MANIFEST.partition("features")[0] + "features: [1]", "`features` has to be a mapping"),
    (
        "commands that are no list",
        MANIFEST.partition("features")[0] + "features:\n  slash_commands: /echo",
        "line 5: `features.slash_commands` has to be a list of 1 to 50",
    ),
    (
        "Socket Mode perhaps",
        MANIFEST + "  socket_mode_enabled: maybe\n",
        "line 25: `settings.socket_mode_enabled` has to be true or false",
    ),
    ("an event twice", MANIFEST.replace("[app_mention, ", "[app_mention, app_mention, "), "has `app_mention` twice"),
    ("an event that is no text", MANIFEST.replace("[app_mention, ", "[7, "), "has an entry that has to be a text"),
    ("an address that is none", MANIFEST.replace("https://example.com/events", "example.com"), "has to look like"),
]


@pytest.mark.parametrize(("what", "text", "sentence"), WRONG, ids=[row[0] for row in WRONG])
def test_refused(what: str, text: str, sentence: str) -> None:
    with pytest.raises(ManifestError) as refused:
        Manifest.parse(text, "manifest.yml")
    assert str(refused.value).startswith("manifest.yml, line ")
    assert sentence in str(refused.value), what


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"can't be read: No such file or directory\.$"):
        LocalSlack(manifest=tmp_path / "none.yml")
    with pytest.raises(ManifestError, match=r"can't be read: Is a directory\.$"):
        LocalSlack(manifest=tmp_path)
    (tmp_path / "latin.yml").write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(ManifestError, match=r"latin\.yml, line 2: this is no text in UTF-8\.$"):
        LocalSlack(manifest=tmp_path / "latin.yml")


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
