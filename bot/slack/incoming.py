"""What Slack delivers, read once into one value, whatever the transport."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Entrance(StrEnum):
    """How it came in."""

    COMMAND = "command"
    ACTION = "action"
    VIEW = "view"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One delivery. `key` tells repeats of it; `name` is the action, view or event; `text` what was typed.

    `view` is the dialog that something was pressed or chosen in, `block` where in it, `acted_at` when (Slack's time).
    `arrived` is by our own clock: Slack's may differ from it by more than the life of a trigger.
    """

    entrance: Entrance
    key: str
    arrived: datetime
    name: str
    workspace: str
    user: str
    channel: str = ""
    text: str = ""
    value: str = ""
    response_url: str = field(default="", repr=False)
    trigger_id: str = ""
    view_id: str = ""
    view: Mapping[str, Any] = field(default_factory=dict, repr=False)
    block: str = ""
    acted_at: str = ""
    meta: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    enterprise: str = ""
    """For what the removal of an app is about: the organisation, when the app was installed in all of it."""


def read(body: Mapping[str, Any], key: str, arrived: datetime) -> Incoming | None:
    """A delivery from its body; None when it is of no kind we know."""
    kind = body.get("type")
    if body.get("command"):
        return _command(body, key, arrived)
    if kind == "block_actions" and body.get("actions"):
        return _action(body, key, arrived)
    if kind == "view_submission":
        return _view(body, key, arrived)
    if kind == "event_callback" and isinstance(body.get("event"), Mapping):
        return _event(body, key, arrived)
    return None


def _command(body: Mapping[str, Any], key: str, arrived: datetime) -> Incoming:
    return Incoming(
        entrance=Entrance.COMMAND,
        key=key,
        arrived=arrived,
        name=_text(body, "command"),
        workspace=_text(body, "team_id"),
        user=_text(body, "user_id"),
        channel=_text(body, "channel_id"),
        text=_text(body, "text"),
        response_url=_text(body, "response_url"),
        trigger_id=_text(body, "trigger_id"),
        raw=body,
    )


def _action(body: Mapping[str, Any], key: str, arrived: datetime) -> Incoming:
    [action, *_] = body["actions"]
    option = action.get("selected_option") or {}
    container = body.get("container") or {}
    return Incoming(
        entrance=Entrance.ACTION,
        name=_text(action, "action_id"),
        block=_text(action, "block_id"),
        acted_at=_text(action, "action_ts"),
        view=body.get("view") or {},
        value=_text(action, "value") or _text(option, "value"),
        channel=_text(body.get("channel") or {}, "id") or _text(container, "channel_id"),
        response_url=_text(body, "response_url"),
        trigger_id=_text(body, "trigger_id"),
        **_who(body, key, arrived),
        **_of_view(body.get("view") or {}),
    )


def _view(body: Mapping[str, Any], key: str, arrived: datetime) -> Incoming:
    view = body.get("view") or {}
    urls = body.get("response_urls") or [{}]
    return Incoming(
        entrance=Entrance.VIEW,
        name=_text(view, "callback_id"),
        trigger_id=_text(body, "trigger_id"),
        response_url=_text(urls[0], "response_url"),
        **_who(body, key, arrived),
        **_of_view(view),
    )


def _event(body: Mapping[str, Any], key: str, arrived: datetime) -> Incoming:
    event = body["event"]
    user = event.get("user")
    return Incoming(
        entrance=Entrance.EVENT,
        key=key,
        arrived=arrived,
        name=_text(event, "type"),
        value=_text(event, "subteam_id"),
        workspace=_text(body, "team_id"),
        user=_text(user, "id") if isinstance(user, Mapping) else _text(event, "user"),
        channel=_text(event, "channel"),
        text=_text(event, "text"),
        raw=body,
        enterprise=_enterprise(body),
    )


def _enterprise(body: Mapping[str, Any]) -> str:
    """The organisation whose installation an event is for (Slack, "Events for organization-ready apps")."""
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else body
    if not isinstance(first, Mapping) or first.get("is_enterprise_install") is not True:
        return ""
    return _text(first, "enterprise_id")


def _who(body: Mapping[str, Any], key: str, arrived: datetime) -> dict[str, Any]:
    user = body.get("user") or {}
    team = body.get("team") or {}
    view = body.get("view") or {}
    installed = _text(view, "app_installed_team_id")
    if installed.startswith("E"):
        installed = ""  # the app is installed in the whole organisation: the dialog's workspace stands elsewhere
    workspace = installed or _text(team, "id") or _text(user, "team_id")
    return {
        "key": key,
        "arrived": arrived,
        "workspace": workspace,
        "user": _text(user, "id"),
        "raw": body,
    }


def _of_view(view: Mapping[str, Any]) -> dict[str, Any]:
    state = (view.get("state") or {}).get("values") or {}
    return {
        "view_id": _text(view, "id"),
        "meta": _text(view, "private_metadata"),
        "values": {block: _input_value(elements) for block, elements in state.items()},
    }


def _input_value(elements: Mapping[str, Any]) -> str:
    """The one value of an input block, whatever its element calls it."""
    for element in elements.values():
        option = element.get("selected_option")
        if option:
            return _text(option, "value")
        for name in ("value", "selected_user", "selected_conversation", "selected_channel", "selected_date"):
            if element.get(name) is not None:
                return _text(element, name)
    return ""


def _text(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else ""
