"""The workspace of the demo, and the local Slack as a program of its own."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bot.sandbox.clock import Clock
from bot.sandbox.listening import CannotServe, listen
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.testing import LocalSlack, LocalTeam

PEOPLE = (
    ("vera", "Vera Viewer", "Support", False),
    ("olga", "Olga Operator", "Platform engineer", False),
    ("amir", "Amir Approver", "Head of operations", False),
    ("ada", "Ada Admin", "Workspace owner", True),
    ("noor", "Noor Newcomer", "Started on Monday", False),
)
ON_CALL = ("vera", "noor")
"""The members of the user group @oncall: people who could use a right that comes through a group."""


def demo_workspace(slack: LocalSlack, name: str = "Acme", *, mark: str = "") -> LocalTeam:
    """One workspace with five people, the user group @oncall and three channels; the bot is in #ops and #approvals.

    `mark` ends every id, so that several workspaces can stand side by side.
    """
    team = slack.add_team(name, id=f"T0ACME{mark}")
    for handle, real_name, title, admin in PEOPLE:
        team.add_person(handle, id=f"U0{handle.upper()}{mark}", real_name=real_name, title=title, admin=admin)
    on_call = [team.people[handle] for handle in ON_CALL]
    team.add_group("oncall", on_call, id=f"S0ONCALL{mark}")
    team.add_channel("general", id=f"C0GENERAL{mark}", topic="Company-wide announcements")
    team.add_channel("ops", id=f"C0OPS{mark}", bot=True, topic="Servers and what we do to them")
    team.add_channel("approvals", id=f"C0APPROVALS{mark}", bot=True, topic="What waits for a second person")
    return team


async def serve(
    app: str | Path,
    url: str = "",
    *,
    port: int = 3030,
    host: str = "127.0.0.1",
    panel_url: str = "",
    ready: Callable[[LocalSlack], None] | None = None,
    clock: Clock | None = None,
    workspaces: Sequence[str] = ("Acme",),
) -> None:
    """Serves workspaces like the demo's for the app of this manifest until cancelled; `url` is the bot's request URL.

    Without `url`, the manifest's own addresses are used. `ready` is called once it listens. Raises ManifestError when
    the manifest isn't one, CannotServe when something else can't be.
    """
    slack = LocalSlack(manifest=app, clock=clock)
    _check(url, slack.world.manifest, workspaces)
    slack.request_url, slack.panel_url = url, panel_url
    for number, name in enumerate(workspaces):
        demo_workspace(slack, name, mark=str(number + 1) if number else "")
    await listen(slack.start, slack.stop, port, host)
    try:
        if ready is not None:
            ready(slack)
        await asyncio.Event().wait()
    finally:
        await slack.stop()


def _check(url: str, manifest: Manifest, workspaces: Sequence[str]) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if url and not good:
        raise CannotServe(
            f"--url {url!r} is no address that Slack could send to. Give the bot's, with its path, for example "
            "http://127.0.0.1:3000/slack/events."
        )
    own = (manifest.events_url, manifest.interactivity_url, *(command.url for command in manifest.commands))
    if not (url or manifest.socket_mode or any(own)):
        raise CannotServe("The manifest names no address of the bot and no Socket Mode. Say where the bot is: --url.")
    if not all(name.strip() for name in workspaces):
        raise CannotServe("A workspace needs a name: --workspace Acme.")
