"""The rules of a manifest, and a reader of YAML that keeps each value's line."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml


class ManifestError(Exception):
    """A sentence for the person who wrote the manifest, with file and line."""


@dataclass(slots=True)
class Node:
    """A value of the manifest and the line where it stands."""

    value: Any
    line: int

    def plain(self) -> Any:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, *path: str) -> "Node | None":
        """The node at this path of keys, or None."""
        node: Node | None = self
        for key in path:
            node = node.value.get(key) if node is not None and isinstance(node.value, dict) else None
        return node


def tree(text: str) -> Node:
    """Parses YAML (so JSON, too) into nodes. Raises yaml.YAMLError."""
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        return Node({}, 1) if root is None else _node(loader, root, set())
    except RecursionError:
        raise yaml.YAMLError("it is nested too deeply") from None
    finally:
        loader.dispose()


def _node(loader: yaml.SafeLoader, raw: yaml.Node, seen: set[int]) -> Node:
    if id(raw) in seen:  # JSON has no aliases; one that holds itself would never end
        raise _unread("an alias (*) can't stand in a manifest", raw)
    seen.add(id(raw))
    line = raw.start_mark.line + 1
    if isinstance(raw, yaml.MappingNode):
        return Node(_mapping(loader, raw, seen), line)
    if isinstance(raw, yaml.SequenceNode):
        return Node([_node(loader, each, seen) for each in raw.value], line)
    try:
        return Node(loader.construct_object(raw), line)
    except ValueError as error:  # a date that is none
        raise _unread(str(error), raw) from None


def _mapping(loader: yaml.SafeLoader, raw: yaml.MappingNode, seen: set[int]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key, value in raw.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _unread("the name of a value has to be a text", key)
        if key.value in found:
            raise _unread(f"`{key.value}` stands here twice", key)
        found[key.value] = _node(loader, value, seen)
        found[key.value].line = key.start_mark.line + 1
    return found


def _unread(problem: str, raw: yaml.Node) -> yaml.YAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=raw.start_mark)


Problem = str | None
Test = Callable[[Any], Problem]


def _string(most: int, least: int = 1, pattern: str = "") -> Test:
    def test(value: Any) -> Problem:
        if not isinstance(value, str):
            return "has to be a text"
        if not least <= len(value) <= most:
            return f"has to have {least} to {most} characters (it has {len(value)})"
        return f"has to look like {pattern}" if pattern and not re.search(pattern, value) else None

    return test


def _one_of(*words: str) -> Test:
    return lambda value: None if value in words else f"has to be one of {', '.join(words)}"


def _flag(value: Any) -> Problem:
    return None if isinstance(value, bool) else "has to be true or false"


def _strings(most: int, length: int) -> Test:
    def test(value: Any) -> Problem:
        if not isinstance(value, list) or len(value) > most:
            return f"has to be a list of at most {most}"
        if bad := next((bad for each in value if (bad := _string(length)(each.value))), None):
            return f"has an entry that {bad}"
        words = [each.value for each in value]
        return next((f"has `{word}` twice" for word in words if words.count(word) > 1), None)

    return test


def _any(value: Any) -> Problem:
    return None


_URL = _string(3500, 1, r"^https?:\/\/")
_TABLE: dict[str, dict[str, Test]] = {
    "": dict.fromkeys(
        [
            "$schema",
            "_metadata",
            "app_directory",
            "display_information",
            "features",
            "oauth_config",
            "settings",
            "functions",
            "workflows",
            "datastores",
            "outgoing_domains",
            "types",
            "external_auth_providers",
            "mcp_servers",
        ],
        _any,
    ),
    "display_information": {
        "name": _string(35),
        "description": _string(140),
        "background_color": _string(7, 4, "^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
        "long_description": _string(4000, 175),
    },
    "features": dict.fromkeys(
        [
            "app_home",
            "bot_user",
            "functions",
            "shortcuts",
            "slash_commands",
            "workflow_steps",
            "unfurl_domains",
            "assistant_view",
            "agent_view",
        ],
        _any,
    ),
    "features.app_home": dict.fromkeys(
        ("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), _flag
    ),
    "features.bot_user": {"display_name": _string(80), "always_online": _flag},
    "features.slash_commands[]": {
        "command": _string(32, 2, r"^\/"),
        "url": _string(3000, 1, r"^https?:\/\/"),
        "description": _string(2000),
        "usage_hint": _string(1000),
        "should_escape": _flag,
    },
    "features.shortcuts[]": {
        "name": _string(24),
        "type": _one_of("message", "global"),
        "callback_id": _string(255),
        "description": _string(150),
    },
    "oauth_config": {
        "redirect_urls": _strings(1000, 2500),
        "scopes": _any,
        "token_management_enabled": _flag,
        "pkce_enabled": _flag,
    },
    "oauth_config.scopes": dict.fromkeys(("user", "bot", "user_optional", "bot_optional"), _strings(255, 50)),
    "settings": dict.fromkeys(
        [
            "allowed_ip_address_ranges",
            "event_subscriptions",
            "incoming_webhooks",
            "interactivity",
            "siws_links",
            "hermes_app_type",
            "function_runtime",
        ],
        _any,
    )
    | dict.fromkeys(
        ("org_deploy_enabled", "socket_mode_enabled", "is_hosted", "token_rotation_enabled", "is_mcp_enabled"), _flag
    ),
    "settings.event_subscriptions": {
        "request_url": _URL,
        "user_events": _strings(100, 50),
        "bot_events": _strings(100, 50),
        "metadata_subscriptions": _any,
    },
    "settings.interactivity": {"is_enabled": _flag, "request_url": _URL, "message_menu_options_url": _URL},
}
_REQUIRED = {
    "": ("display_information",),
    "display_information": ("name",),
    "features.bot_user": ("display_name",),
    "features.slash_commands[]": ("command", "description"),
    "features.shortcuts[]": ("name", "type", "callback_id", "description"),
    "settings.interactivity": ("is_enabled",),
}
_LISTS = {"features.slash_commands": 50, "features.shortcuts": 10}
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.mpim": "mpim:history",
    "user_change": "users:read",
    "team_join": "users:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_rename": "channels:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "subteam_updated": "usergroups:read",
    "subteam_members_changed": "usergroups:read",
}
"""The scope an event needs before an app may subscribe to it."""


def check(root: Node, name: str) -> None:
    """Raises ManifestError for the first thing Slack would not take."""
    for place, rows in _TABLE.items():
        for node, path in _nodes(root, place):
            _check_mapping(node, path, rows, _REQUIRED.get(place, ()), name)
    _check_whole(root, name)


def _nodes(root: Node, place: str) -> list[tuple[Node, str]]:
    path = place.removesuffix("[]")
    node = root.at(*path.split(".")) if path else root
    if node is None or node.value is None:
        return []
    if not place.endswith("[]"):
        return [(node, path)]
    if not isinstance(node.value, list):
        return []  # said with the other lists
    return [(each, f"{path}[{n}]") for n, each in enumerate(node.value)]


def _check_mapping(node: Node, path: str, rows: dict[str, Test], required: tuple[str, ...], name: str) -> None:
    where = f"`{path}`" if path else "a manifest"
    if not isinstance(node.value, dict):
        raise ManifestError(f"{name}, line {node.line}: {where} has to be a mapping of names to values.")
    for key in required:
        if key not in node.value:
            raise ManifestError(f"{name}, line {node.line}: {where} has to have `{key}`.")
    for key, child in node.value.items():
        full = f"{path}.{key}" if path else key
        if key not in rows:
            raise ManifestError(f"{name}, line {child.line}: Slack knows no `{full}`.")
        if problem := rows[key](child.value):
            raise ManifestError(f"{name}, line {child.line}: `{full}` {problem}.")


def _check_whole(root: Node, name: str) -> None:
    for path, most in _LISTS.items():
        node = root.at(*path.split("."))
        if node is not None and not (isinstance(node.value, list) and 1 <= len(node.value) <= most):
            raise ManifestError(f"{name}, line {node.line}: `{path}` has to be a list of 1 to {most}.")
    scopes_node = root.at("oauth_config", "scopes", "bot")
    scopes = scopes_node.plain() or [] if scopes_node else []
    commands = root.at("features", "slash_commands")
    if commands and "commands" not in scopes:
        raise ManifestError(f"{name}, line {commands.line}: slash commands need the bot scope `commands`.")
    if scopes_node and scopes and not root.at("features", "bot_user"):
        raise ManifestError(f"{name}, line {scopes_node.line}: bot scopes need `features.bot_user`.")
    events = root.at("settings", "event_subscriptions", "bot_events")
    for event in events.value or [] if events else []:
        needed = EVENT_SCOPES.get(event.value)
        if needed and needed not in scopes:
            raise ManifestError(f"{name}, line {event.line}: the event `{event.value}` needs the bot scope `{needed}`.")
