"""`POST /_local/workspace`: what the page's Workspace part, or any other client, does to a workspace."""

import re
from collections.abc import Awaitable, Callable

from bot.sandbox.slack.administration import Administration
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Channel, Json, Person, Team, UserGroup
from bot.sandbox.slack.sockets import Sockets

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,20}")
"""Slack's handles have at most 21 characters, in small letters."""


async def administer(administration: Administration, team: Team, body: Json) -> None:
    """Does one act to a workspace. Raises Refused with Slack's name for it, ValueError for an act there is not."""
    if act := _TO_PEOPLE.get(body["act"]):
        await act(administration, team, _person(team, body))
    elif on := _TO_CHANNELS.get(body["act"]):
        await on(administration, team, _channel(team, body))
    elif whole := _TO_THE_APP.get(body["act"]):
        if team.installation.dead:
            raise Refused("app_uninstalled")
        await whole(administration, team)
    elif fault := _TO_THE_SOCKETS.get(body["act"]):
        sockets = administration.world.sockets
        if not sockets.connections:
            raise Refused("not_connected")
        await fault(sockets)
    elif body["act"] == "add_group":
        await administration.add_group(team, _free_handle(team, body), _members(team, body))
    elif body["act"] == "set_group":
        await administration.set_group(team, _group(team, body), _members(team, body))
    else:
        raise ValueError(f"there is no act {body['act']!r}")


async def _restrict(administration: Administration, team: Team, channel: Channel, *, restricted: bool = True) -> None:
    administration.restrict(team, channel, restricted=restricted)


async def _deafen(sockets: Sockets) -> None:
    sockets.deafen()


_TO_PEOPLE: dict[str, Callable[[Administration, Team, Person], Awaitable[None]]] = {
    "deactivate": Administration.deactivate,
    "reactivate": lambda of, team, person: of.deactivate(team, person, deleted=False),
    "make_guest": lambda of, team, person: of.set_guest(team, person, guest=True),
    "make_member": lambda of, team, person: of.set_guest(team, person, guest=False),
}
_TO_CHANNELS: dict[str, Callable[[Administration, Team, Channel], Awaitable[None]]] = {
    "archive": Administration.archive,
    "unarchive": lambda of, team, channel: of.archive(team, channel, archived=False),
    "restrict": _restrict,
    "unrestrict": lambda of, team, channel: _restrict(of, team, channel, restricted=False),
    "add_bot": Administration.add_bot,
    "remove_bot": Administration.remove_bot,
}
_TO_THE_APP: dict[str, Callable[[Administration, Team], Awaitable[None]]] = {
    "revoke_token": Administration.revoke_token,
    "uninstall": Administration.uninstall,
}
_TO_THE_SOCKETS: dict[str, Callable[[Sockets], Awaitable[None]]] = {
    "socket_warn": lambda sockets: sockets.disconnect("warning"),
    "socket_refresh": lambda sockets: sockets.disconnect("refresh_requested"),
    "socket_drop": Sockets.drop,
    "socket_deafen": _deafen,
}
"""What happens to all connections of the app, in whichever workspace it is asked for: they are the app's, not one's."""


def _person(team: Team, body: Json) -> Person:
    person = team.people.get(body["person"])
    if person is None or person.is_bot:
        raise Refused("user_not_found")
    return person


def _channel(team: Team, body: Json) -> Channel:
    channel = team.channels.get(body["channel"])
    if channel is None or channel.kind != "channel":
        raise Refused("channel_not_found")
    return channel


def _group(team: Team, body: Json) -> UserGroup:
    if group := team.groups.get(body["group"]):
        return group
    raise Refused("no_such_subteam")


def _members(team: Team, body: Json) -> list[str]:
    return [_person(team, {"person": each}).id for each in body["members"]]


def _free_handle(team: Team, body: Json) -> str:
    handle = str(body["handle"]).removeprefix("@")
    if not _HANDLE.fullmatch(handle):
        raise Refused("invalid_handle")
    taken = {g.handle for g in team.groups.values()} | {p.name for p in team.people.values()}
    if handle in taken:
        raise Refused("handle_already_exists")
    return handle
