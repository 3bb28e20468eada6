"""Dialogs and Home tabs: opening, stacking, changing, closing. docs.slack.dev/surfaces/modals."""

from bot.sandbox.slack import shapes, values
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Json, Team, Trigger, View
from bot.sandbox.slack.rules.ids import with_ids
from bot.sandbox.slack.rules.views import view_findings, view_too_large
from bot.sandbox.slack.world import World

STACK = 3
TRIGGER_SECONDS = 3.0


def take_trigger(world: World, team: Team, trigger_id: str) -> Trigger:
    """Uses a trigger_id up. Raises Refused as Slack does."""
    trigger = world.triggers.get(trigger_id)
    if trigger is None or trigger.team is not team:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if world.now() - trigger.made_at > TRIGGER_SECONDS:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger


def checked(view: object, surface: str, advice: list[str]) -> Json:
    """The view with all ids filled in; what a good bot avoids is added to `advice`.

    Raises Refused (`invalid_arguments`, `view_too_large`).
    """
    if isinstance(view, dict) and view_too_large(view):
        raise Refused("view_too_large")
    findings = view_findings(view, surface)
    if any(not finding.rule.warns for finding in findings) or not isinstance(view, dict):
        raise Refused("invalid_arguments", findings=findings)
    advice += [finding.sentence for finding in findings]
    return {**view, "blocks": with_ids(view["blocks"])}


def open_root(world: World, team: Team, trigger: Trigger, body: Json) -> View:
    """Opens a dialog for whoever caused the trigger; a stack that was open is replaced."""
    external_id(world, team, body, "")
    for old in team.stacks.pop(trigger.user_id, []):
        forget(world, team, old)
    return _stack(world, team, trigger.user_id, body, trigger.channel_id, None)


def push(world: World, team: Team, user_id: str, body: Json) -> View:
    """Lays a dialog on top of the open ones. Raises Refused (`push_limit_reached`, `not_found`)."""
    stack = team.stacks.get(user_id)
    if not stack:
        raise Refused("not_found")
    if len(stack) >= STACK:
        raise Refused("push_limit_reached")
    external_id(world, team, body, "")
    return _stack(world, team, user_id, body, stack[-1].opened_in, stack[-1])


def update(world: World, team: Team, view: View, body: Json) -> View:
    """Replaces what a view shows; inputs keep their values if block_id and action_id stay."""
    external_id(world, team, body, view.id)
    view.values = values.kept(body["blocks"], view.values, view.opened_in)
    view.body, view.hash, view.errors = body, world.hash(), {}
    told(world, team, view)
    return view


def publish(world: World, team: Team, user_id: str, body: Json) -> View:
    """Sets what a person sees in the bot's Home tab."""
    view = team.homes.get(user_id)
    if view is not None:
        return update(world, team, view, body)
    view = _new(world, team, user_id, body, "")
    team.homes[user_id] = view
    told(world, team, view)
    return view


def close(world: World, team: Team, user_id: str, *, everything: bool) -> list[View]:
    """Closes the topmost dialog of a person, or all. Gives those that are gone, topmost first."""
    stack = team.stacks.get(user_id, [])
    gone = [stack.pop()] if stack and not everything else stack[::-1]
    if everything or not stack:
        team.stacks.pop(user_id, None)
    for view in gone:
        forget(world, team, view)
    told_stack(world, team, user_id)
    return gone


def told(world: World, team: Team, view: View) -> None:
    """Tells the person's page that a view changed."""
    if view.body["type"] == "home":
        world.feed.tell_one(team.id, view.user_id, "home", lambda: {"view": shapes.page_view(view)})
    else:
        told_stack(world, team, view.user_id)


def told_stack(world: World, team: Team, user_id: str) -> None:
    """Tells the person's page which dialogs are open."""
    world.feed.tell_one(
        team.id, user_id, "views", lambda: {"stack": [shapes.page_view(v) for v in team.stacks.get(user_id, [])]}
    )


def external_id(world: World, team: Team, body: Json, view_id: str) -> None:
    """Refuses an external_id that another view of the workspace has."""
    given = body.get("external_id")
    holder = world.external_ids.get((team.id, given)) if given else None
    if holder and holder != view_id and holder in team.views:
        raise Refused("duplicate_external_id")


def forget(world: World, team: Team, view: View) -> None:
    """Takes a closed view out of the books."""
    team.views.pop(view.id, None)
    world.external_ids.pop((team.id, view.body.get("external_id") or ""), None)


def _stack(world: World, team: Team, user_id: str, body: Json, channel_id: str, below: View | None) -> View:
    view = _new(world, team, user_id, body, channel_id)
    if below is not None:
        view.previous_id, view.root_id = below.id, below.root_id
    team.stacks.setdefault(user_id, []).append(view)
    told_stack(world, team, user_id)
    return view


def _new(world: World, team: Team, user_id: str, body: Json, channel_id: str) -> View:
    view_id = f"V0{world.number():07d}"
    state = values.initial(body["blocks"], channel_id)
    view = View(view_id, team.id, user_id, body, world.hash(), view_id, None, state, {}, channel_id)
    team.views[view_id] = view
    if body.get("external_id"):
        world.external_ids[team.id, body["external_id"]] = view_id
    return view
