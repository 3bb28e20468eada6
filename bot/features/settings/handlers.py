"""`/vps settings`: read by admins and auditors, changed by admins in a dialog, told to everybody concerned."""

import json
from hashlib import sha256

from bot.domain.policy import Policy, as_kept, changed, freeze_of, policy_of, takes_more, takes_otherwise
from bot.domain.proposals import NewSettings, Why
from bot.domain.roles import Permission, decide
from bot.features.days import moment_of
from bot.features.proposals.views import impossible, waits
from bot.features.settings import past, views
from bot.features.settings.reading import read
from bot.features.words import typed
from bot.operations.approvers import who_could
from bot.operations.permission import check, refuse_forged
from bot.operations.pinning import pins_for
from bot.operations.proposals import Done, Impossible, Proposed, absent_admins, change_power
from bot.operations.refusing import log_no_power
from bot.operations.watching import switch, watch_of
from bot.routing import Ask, Group, Reply, Router
from bot.sentences import refusal
from bot.slack.ids import ActionId, BlockId, ViewId
from bot.store import audit, protections, workspaces

router = Router()


@router.command(
    "settings",
    "settings [on=DATE]",
    needs=Permission.SETTINGS_READ,
    group=Group.SET_UP,
    options=("on",),
    examples=("settings", "settings on=2026-11-20"),
)
async def settings(ask: Ask) -> Reply:
    """Show or change where consent is asked for, how much it takes, and what is protected."""
    if ask.line.options:
        return await _settings_on(ask, typed(ask.line.options.values())[0])
    may = decide(ask.snapshot.grants, ask.member, Permission.SETTINGS_MANAGE, names=None, now=ask.now).allowed
    async with ask.parts.store.read() as tx:
        kept = await protections.of_workspace(tx, ask.workspace)
    present = ask.snapshot.workspace.settings
    return Reply(views.overview(policy_of(present), kept, freeze_of(present), watched=_watched(ask), may_change=may))


async def _settings_on(ask: Ask, day: str) -> Reply:
    """What held at the end of a day."""
    moment = await moment_of(ask, "settings", day)
    if isinstance(moment, Reply):
        return moment
    async with ask.parts.store.read() as tx:
        entries = await audit.of_actions(tx, ask.workspace, past.ACTIONS)
    then = past.decided_at(entries, moment, policy_of(ask.snapshot.workspace.settings))
    return Reply(
        views.overview(
            *(then.policy, then.protections, then.freeze),
            watched=then.watched,
            may_change=False,
            then=moment,
        )
    )


@router.action(ActionId.SETTINGS_EDIT, needs=Permission.SETTINGS_MANAGE)
async def edit(ask: Ask) -> Reply:
    """The dialog, filled with what holds now."""
    policy = policy_of(ask.snapshot.workspace.settings)
    return Reply(opens=views.dialog(policy, _mark(policy, watched=_watched(ask)), watched=_watched(ask)))


@router.view(ViewId.SETTINGS, needs=Permission.SETTINGS_MANAGE, changes=True)
async def save(ask: Ask) -> Reply:
    """Keeps the settings when they can work; what loosens them waits for a second admin, where there is one."""
    before = policy_of(ask.snapshot.workspace.settings)
    watched, watch = _watched(ask), ask.incoming.values.get(BlockId.WATCH) == "yes"
    if ask.incoming.meta != _mark(before, watched=watched):
        await refuse_forged(ask.parts, ask.member, "version of the settings", delivery=ask.incoming.key)
        return Reply(view=views.answered(views.changed_meanwhile()))
    wanted = read(ask.incoming.values, before)
    if isinstance(wanted, dict):
        return Reply(errors=wanted)
    could = len(await who_could(ask.parts, ask.workspace, ["*"], but="")) if takes_otherwise(before, wanted) else None
    enough = could is None or not takes_more(before, wanted) or could >= wanted.always
    if errors := await _wrong(ask, wanted, None if enough else could, watch=watch):
        if not enough:
            await _log_too_few(ask)
        return Reply(errors=errors)
    all_of = could if could is not None and could == wanted.always else 0
    pins = await pins_for(ask.parts, ask.workspace, set(wanted.protected) - set(before.protected))
    absent = await absent_admins(ask.parts, ask.workspace)
    async with ask.parts.change("settings.save", ask.workspace, ask.incoming.key) as tx:
        now = ask.parts.clock()
        no = await check(tx, ask.member, Permission.SETTINGS_MANAGE, asked="/vps settings", now=now)
        if no:
            return Reply(refusal(no, ask.member.id, now, ask.absent))
        await workspaces.ensure(tx, ask.workspace, now)
        change = NewSettings(before, wanted, pins)
        outcome = await change_power(tx, ask.parts, ask.member, change, absent, now)
        if watch is not watched and not isinstance(outcome, Impossible):  # it loosens nothing: it waits for nobody
            await switch(tx, ask.workspace, ask.member.id, now, on=watch)
    at_once = {"watch": (watched, watch)} if watch is not watched else {}
    match outcome:
        case Done():
            return Reply(view=views.saved(changed(before, wanted) | at_once, all_of=all_of))
        case Proposed(proposal, asked):
            return Reply(view=views.answered(waits(proposal, asked), at_once, all_of=all_of))
        case Impossible(why):
            return Reply(view=views.answered(impossible(why)))


def _watched(ask: Ask) -> bool:
    """Whether changes made elsewhere are told."""
    return watch_of(ask.snapshot.workspace.settings) is not None


def _mark(policy: Policy, *, watched: bool) -> str:
    """What tells whether the settings are still those that a dialog showed."""
    return sha256(json.dumps(as_kept(policy) | {"watch": watched}, sort_keys=True).encode()).hexdigest()[:16]


async def _log_too_few(ask: Ask) -> None:
    """That settings were refused which would lock everybody out stands in the log."""
    async with ask.parts.change("settings.refused", ask.workspace, ask.incoming.key) as tx:
        await log_no_power(tx, ask.member, NewSettings.power, NewSettings.target, Why.TOO_FEW, ask.parts.clock())


async def _wrong(ask: Ask, wanted: Policy, could: int | None, *, watch: bool) -> dict[str, str]:
    """What would lock everybody out, or tell nobody, by input. `could`: who can approve, where that is too few."""
    errors: dict[str, str] = {}
    chosen = {BlockId.CHANNEL: wanted.approvals_channel, BlockId.NOTIFICATIONS: wanted.notifications_channel}
    for block, channel in chosen.items():
        if channel and not await ask.parts.channels.can_post(ask.workspace, channel):
            errors[block] = views.not_in_channel()
    if watch and not (wanted.notifications_channel or wanted.approvals_channel):
        errors[BlockId.WATCH] = views.NOWHERE_TO_TELL
    needed = wanted.always
    if needed and not wanted.approvals_channel:
        errors[BlockId.CHANNEL] = views.NO_CHANNEL
    if could is not None:
        none_free = [block for block, number in _budgets(wanted).items() if not number]
        wrong = none_free if could >= wanted.approvals else [BlockId.APPROVALS]
        errors |= dict.fromkeys(wrong, views.too_many(needed, could, because_of_budget=wrong == none_free))
    return errors


def _budgets(policy: Policy) -> dict[BlockId, int]:
    return {BlockId.HOURLY: policy.hourly, BlockId.DAILY: policy.daily}
