"""`/vps settings`: read by admins and auditors, changed by admins in a dialog, told to everybody concerned."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.audit import Action, Draft
from bot.domain.notices import Notice, NoticeKind
from bot.domain.policy import MOST_APPROVALS, Policy, changed, policy_of, with_policy
from bot.domain.roles import Permission, admins, decide
from bot.domain.spans import read_span
from bot.features.settings import views
from bot.operations.approvers import who_could
from bot.operations.permission import check
from bot.routing import Ask, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store import audit, members, notices, workspaces
from bot.store.engine import Tx

router = Router()

SHORTEST, LONGEST = 10, 30 * 24 * 60
"""Minutes that a request may live."""

SOONEST = 5
"""Minutes until the first reminder."""


@router.command("settings", "settings", needs=Permission.SETTINGS_READ, examples=("settings",))
async def settings(ask: Ask) -> Reply:
    """Show or change where consent is asked for, and how much it takes."""
    may = decide(ask.snapshot.grants, ask.member, Permission.SETTINGS_MANAGE, names=None, now=ask.now).allowed
    return Reply(views.overview(policy_of(ask.snapshot.workspace.settings), may_change=may))


@router.action(ActionId.SETTINGS_EDIT, needs=Permission.SETTINGS_MANAGE)
async def edit(ask: Ask) -> Reply:
    """The dialog, filled with what holds now."""
    return Reply(opens=views.dialog(policy_of(ask.snapshot.workspace.settings)))


@router.view(ViewId.SETTINGS, needs=Permission.SETTINGS_MANAGE, changes=True)
async def save(ask: Ask) -> Reply:
    """Keeps the settings when they can work; the log has the old and the new ones."""
    wanted = _read(ask)
    errors = wanted if isinstance(wanted, dict) else await _wrong(ask, wanted)
    if errors or isinstance(wanted, dict):
        return Reply(errors=errors)
    async with ask.parts.change("settings.save", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        no = await check(tx, ask.member, Permission.SETTINGS_MANAGE, asked="/vps settings", now=now)
        if no:
            return Reply(refusal(no, ask.member.id, now))
        await workspaces.ensure(tx, ask.workspace, now)
        known = await workspaces.get(tx, ask.workspace)
        kept = known.settings if known else {}
        before = policy_of(kept)
        changes = changed(before, wanted)
        if changes:
            await workspaces.keep_settings(tx, ask.workspace, with_policy(kept, wanted))
            await _tell(tx, ask, before, changes, now)
    return Reply(view=views.saved(changes))


async def _tell(tx: Tx, ask: Ask, before: Policy, changes: Mapping[str, tuple[Any, Any]], now: datetime) -> None:
    detail = {name: f"{was} → {is_}" for name, (was, is_) in changes.items()}
    await audit.append(tx, ask.workspace, Draft(Action.SETTINGS_CHANGED, ask.member.id, detail=detail), now)
    told = {"by": ask.member.id, "changes": views.in_words(changes)}
    everyone = [each for each in admins(await members.of_workspace(tx, ask.workspace), now) if each != ask.member.id]
    where = [*everyone, *([before.approvals_channel] if before.approvals_channel else [])]
    subject = ask.parts.new_id()
    promised = [
        Notice(
            id=ask.parts.new_id(),
            workspace=ask.workspace,
            kind=NoticeKind.SETTINGS,
            subject=f"{subject}:{to}",
            recipient=to if to in everyone else ask.member.id,
            wanted_channel=to,
            created_at=now,
            detail=told,
        )
        for to in where
    ]
    if promised:
        await notices.promise(tx, promised, now)


def _read(ask: Ask) -> Policy | dict[str, str]:
    """The settings as filled in, or what can't be read, by input."""
    values = ask.incoming.values
    lifetime, reminder = (read_span(values.get(block, "")) for block in (BlockId.LIFETIME, BlockId.REMINDER))
    errors: dict[str, str] = {}
    if lifetime is None:
        errors[BlockId.LIFETIME] = views.NOT_A_TIME
    elif not SHORTEST <= lifetime.total_seconds() // 60 <= LONGEST:
        errors[BlockId.LIFETIME] = views.BAD_LIFETIME
    if reminder is None:
        errors[BlockId.REMINDER] = views.NOT_A_TIME
    elif lifetime and not SOONEST <= reminder.total_seconds() // 60 < lifetime.total_seconds() // 60:
        errors[BlockId.REMINDER] = views.BAD_REMINDER
    approvals = values.get(BlockId.APPROVALS, "")
    if not (approvals.isdecimal() and len(approvals) == 1 and int(approvals) <= MOST_APPROVALS):
        errors[BlockId.APPROVALS] = f"Between 0 and {MOST_APPROVALS}."
    if errors or lifetime is None or reminder is None:
        return errors
    return replace(
        policy_of(ask.snapshot.workspace.settings),
        approvals_channel=values.get(BlockId.CHANNEL, ""),
        approvals=int(approvals),
        lifetime=int(lifetime.total_seconds() // 60),
        remind_after=int(reminder.total_seconds() // 60),
    )


async def _wrong(ask: Ask, wanted: Policy) -> dict[str, str]:
    """What would lock everybody out, by input."""
    errors: dict[str, str] = {}
    channel = wanted.approvals_channel
    if channel and not await ask.parts.channels.can_post(ask.workspace, channel):
        errors[BlockId.CHANNEL] = views.not_in_channel()
    before = policy_of(ask.snapshot.workspace.settings)
    if wanted.approvals > before.approvals:
        could = len(await who_could(ask.parts, ask.workspace, ["*"], but=""))
        if could < wanted.approvals:
            errors[BlockId.APPROVALS] = views.too_many(wanted.approvals, could)
    return errors
