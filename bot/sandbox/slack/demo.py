"""The workspace of the demo, and the local Slack as a program of its own."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.sandbox.clock import Clock
from bot.sandbox.slack.testing import LocalSlack, LocalTeam

PEOPLE = (
    ("vera", "Vera Viewer", "Support", False),
    ("olga", "Olga Operator", "Platform engineer", False),
    ("amir", "Amir Approver", "Head of operations", False),
    ("ada", "Ada Admin", "Workspace owner", True),
    ("noor", "Noor Newcomer", "Started on Monday", False),
)


def demo_workspace(slack: LocalSlack, name: str = "Acme", *, mark: str = "") -> LocalTeam:
    """One workspace with five people and three channels; the bot is in #ops and #approvals.

    `mark` ends every id, so that several workspaces can stand side by side.
    """
    team = slack.add_team(name, id=f"T0ACME{mark}")
    for handle, real_name, title, admin in PEOPLE:
        team.add_person(handle, id=f"U0{handle.upper()}{mark}", real_name=real_name, title=title, admin=admin)
    team.add_channel("general", id=f"C0GENERAL{mark}", topic="Company-wide announcements")
    team.add_channel("ops", id=f"C0OPS{mark}", bot=True, topic="Servers and what we do to them")
    team.add_channel("approvals", id=f"C0APPROVALS{mark}", bot=True, topic="What waits for a second person")
    return team


async def serve(
    app: str | Path,
    url: str,
    *,
    port: int = 3030,
    host: str = "127.0.0.1",
    panel_url: str = "",
    ready: Callable[[LocalSlack], None] | None = None,
    clock: Clock | None = None,
    workspaces: Sequence[str] = ("Acme",),
) -> None:
    """Serves workspaces like the demo's for the app of this manifest until cancelled; `url` is the bot's request URL.

    `ready` is called once it listens. Raises ManifestError when the manifest isn't one.
    """
    slack = LocalSlack(manifest=app, clock=clock)
    slack.request_url, slack.panel_url = url, panel_url
    for number, name in enumerate(workspaces):
        demo_workspace(slack, name, mark=str(number + 1) if number else "")
    await slack.start(port, host)
    try:
        if ready is not None:
            ready(slack)
        await asyncio.Event().wait()
    finally:
        await slack.stop()
