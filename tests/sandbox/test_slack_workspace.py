"""What a workspace's administrators do, through `POST /_local/workspace`: a bot of any language meets it."""

import json
from typing import Any

import pytest

from bot.sandbox.slack.demo import demo_workspace
from bot.sandbox.slack.testing import LocalSlack

from .slack_bots import MANIFEST, manifest
from .slack_stage import Stage, stage

EVENTS = (
    "user_change, app_uninstalled, tokens_revoked, subteam_created, subteam_members_changed, channel_archive, "
    "channel_unarchive, member_joined_channel, channel_left"
)
LISTENING = manifest(
    MANIFEST.replace("app_home_opened, user_change, app_uninstalled, tokens_revoked", f"app_home_opened, {EVENTS}")
)


async def administer(s: Stage, act: str, **more: Any) -> dict[str, Any]:
    """Does one act; gives the answer."""
    body = {"team": s.team.id, "act": act, **more}
    async with s.bot.session.post(f"{s.slack.url}/_local/workspace", json=body) as reply:
        answer: dict[str, Any] = await reply.json()
        return answer


def told(s: Stage) -> list[str]:
    """The events the bot was sent since it was last asked."""
    names = [got.data["event"]["type"] for got in s.bot.got if got.kind == "event_callback"]
    s.bot.got.clear()
    return names


async def test_accounts_change_and_the_bot_is_told() -> None:
    async with stage(app=LISTENING) as s:
        for act, deleted, guest in (
            ("deactivate", True, False),
            ("reactivate", False, False),
            ("make_guest", False, True),
            ("make_member", False, False),
        ):
            assert await administer(s, act, person=s.amir.id) == {"ok": True}
            assert (s.amir.person.deleted, s.amir.person.is_restricted) == (deleted, guest), act
            assert told(s) == ["user_change"]


async def test_channels_change_and_the_bot_is_told() -> None:
    async with stage(app=LISTENING) as s:
        await administer(s, "archive", channel=s.ops.id)
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x"))["error"] == "is_archived"
        await administer(s, "unarchive", channel=s.ops.id)
        await administer(s, "restrict", channel=s.ops.id)
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x"))["error"] == "restricted_action"
        await administer(s, "unrestrict", channel=s.ops.id)
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x"))["ok"]
        await administer(s, "add_bot", channel=s.general.id)
        assert (await s.api("chat.postMessage", channel=s.general.id, text="x"))["ok"]
        await administer(s, "remove_bot", channel=s.general.id)
        assert (await s.api("chat.postMessage", channel=s.general.id, text="x"))["error"] == "not_in_channel"
        assert told(s) == ["channel_archive", "channel_unarchive", "member_joined_channel", "channel_left"]


async def test_user_groups_change_and_the_bot_is_told() -> None:
    async with stage(app=LISTENING) as s:
        assert await administer(s, "add_group", handle="@oncall", members=[s.olga.id]) == {"ok": True}
        [group] = (await s.api("usergroups.list"))["usergroups"]
        assert group["handle"] == "oncall"
        await administer(s, "set_group", group=group["id"], members=[s.amir.id])
        members = await s.form("usergroups.users.list", usergroup=group["id"])
        assert members["users"] == [s.amir.id]
        assert told(s) == ["subteam_created", "subteam_members_changed"]


async def test_the_token_is_revoked_and_the_app_goes() -> None:
    async with stage(app=LISTENING) as s:
        await administer(s, "revoke_token")
        assert told(s) == ["tokens_revoked"]
        assert (await s.api("auth.test"))["error"] == "token_revoked"
        assert (await administer(s, "uninstall"))["error"] == "app_uninstalled", "it can't lose it twice"
    async with stage(app=LISTENING) as s:
        await administer(s, "uninstall")
        assert told(s) == ["tokens_revoked", "app_uninstalled"]
        assert (await s.api("auth.test"))["error"] == "account_inactive"


async def test_a_bot_that_did_not_subscribe_is_not_told() -> None:
    async with stage() as s:
        await administer(s, "archive", channel=s.ops.id)
        assert told(s) == []


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        ("user_not_found", {"act": "deactivate", "person": "U0NOBODY"}),
        ("user_not_found", {"act": "deactivate", "person": "the bot"}),
        ("user_not_found", {"act": "add_group", "handle": "night", "members": ["U0NOBODY"]}),
        ("channel_not_found", {"act": "archive", "channel": "C0NOWHERE"}),
        ("channel_not_found", {"act": "archive", "channel": "the conversation with the bot"}),
        ("no_such_subteam", {"act": "set_group", "group": "S0NONE", "members": []}),
        ("invalid_handle", {"act": "add_group", "handle": "Night shift", "members": []}),
        ("invalid_handle", {"act": "add_group", "handle": "x" * 22, "members": []}),
        ("handle_already_exists", {"act": "add_group", "handle": "olga", "members": []}),
        ("team_not_found", {"act": "uninstall", "team": "T0NONE"}),
        ("invalid_arguments", {"act": "explode"}),
        ("invalid_arguments", {"act": "archive"}),
    ],
)
async def test_what_is_not_there_is_refused(error: str, asked: dict[str, Any]) -> None:
    async with stage(app=LISTENING) as s:
        names = {"the bot": s.team.bot_user_id, "the conversation with the bot": s.olga.direct.id}
        known = json.loads(json.dumps(asked))
        answer = await administer(s, **{key: names.get(str(value), value) for key, value in known.items()})
        assert (answer["ok"], answer["error"]) == (False, error)
        assert told(s) == []


async def test_the_demo_has_a_user_group() -> None:
    async with LocalSlack(manifest=manifest()) as slack:
        team = demo_workspace(slack)
        [group] = team.team.groups.values()
        assert (group.handle, group.members) == ("oncall", ["U0VERA", "U0NOOR"])
