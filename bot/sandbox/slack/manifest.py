"""The app as its manifest declares it; a manifest that isn't one is refused with a sentence and the line.

From docs.slack.dev/reference/app-manifest and Slack's JSON schema of manifests.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.slack.manifest_rules import ManifestError, Node, check, tree

__all__ = ["Command", "Manifest", "ManifestError", "Shortcut"]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command of the manifest."""

    command: str
    description: str = "A command"
    url: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut of the manifest; `type` is `global` or `message`."""

    name: str
    type: str
    callback_id: str
    description: str = "A shortcut"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What Slack knows of an app before anybody installs it."""

    name: str = "Bot"
    bot_name: str = "bot"
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    bot_scopes: tuple[str, ...] = ("commands", "chat:write")
    bot_events: tuple[str, ...] = ()
    events_url: str = ""
    interactivity: bool = True
    interactivity_url: str = ""
    options_url: str = ""
    home_tab: bool = False
    messages_tab: bool = True
    messages_read_only: bool = False
    socket_mode: bool = False
    token_rotation: bool = False
    org_deploy: bool = False
    redirect_urls: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: str | Path) -> "Manifest":
        """Reads a manifest file (YAML or JSON). Raises ManifestError, whose text names file and line."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except OSError as error:
            raise ManifestError(f"{path} can't be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ManifestError(f"{path}, line {line}: this is no text in UTF-8.") from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, name: str = "manifest.yml") -> "Manifest":
        """Reads a manifest from its text. Raises ManifestError, whose text names file and line."""
        try:
            root = tree(text)
        except yaml.YAMLError as error:
            raise ManifestError(_yaml_sentence(name, error)) from error
        check(root, name)
        return _built(root)


def _built(root: Node) -> Manifest:
    data: dict[str, Any] = root.plain()
    features, settings = data.get("features") or {}, data.get("settings") or {}
    home, oauth = features.get("app_home") or {}, data.get("oauth_config") or {}
    events, acts = settings.get("event_subscriptions") or {}, settings.get("interactivity") or {}
    name = data["display_information"]["name"]
    return Manifest(
        name=name,
        bot_name=(features.get("bot_user") or {}).get("display_name", name),
        commands=tuple(Command(**each) for each in features.get("slash_commands") or ()),
        shortcuts=tuple(Shortcut(**each) for each in features.get("shortcuts") or ()),
        bot_scopes=tuple((oauth.get("scopes") or {}).get("bot") or ()),
        bot_events=tuple(events.get("bot_events") or ()),
        events_url=events.get("request_url", ""),
        interactivity=acts.get("is_enabled", False),
        interactivity_url=acts.get("request_url", ""),
        options_url=acts.get("message_menu_options_url", ""),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", True),
        messages_read_only=home.get("messages_tab_read_only_enabled", False),
        socket_mode=settings.get("socket_mode_enabled", False),
        token_rotation=settings.get("token_rotation_enabled", False),
        org_deploy=settings.get("org_deploy_enabled", False),
        redirect_urls=tuple(oauth.get("redirect_urls") or ()),
    )


def _yaml_sentence(name: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"{name}, line {mark.line + 1 if mark else 1}: this is not YAML or JSON: {what}."
