"""views.*: docs.slack.dev/reference/methods/views.open and its neighbours."""

from bot.sandbox.slack import dialogs, shapes
from bot.sandbox.slack.api.registry import Call, method
from bot.sandbox.slack.errors import Refused
from bot.sandbox.slack.model import Json, View


@method("views.open", tier=4, required=("trigger_id", "view"))
async def open_view(call: Call) -> Json:
    """Opens a dialog for the person behind the trigger_id."""
    body = dialogs.checked(call.json("view"), "modal", call.problems)
    trigger = dialogs.take_trigger(call.world, call.team, call.text("trigger_id"))
    return _answer(call, dialogs.open_root(call.world, call.team, trigger, body))


@method("views.push", tier=4, required=("trigger_id", "view"))
async def push(call: Call) -> Json:
    """Lays a dialog on top of the one the trigger came from."""
    body = dialogs.checked(call.json("view"), "modal", call.problems)
    trigger = dialogs.take_trigger(call.world, call.team, call.text("trigger_id"))
    return _answer(call, dialogs.push(call.world, call.team, trigger.user_id, body))


@method("views.update", tier=4, required=("view",))
async def update(call: Call) -> Json:
    """Replaces what a view shows."""
    if not (call.text("view_id") or call.text("external_id")):
        raise Refused("invalid_arguments", "[ERROR] must provide view_id or external_id")
    external = call.world.external_ids.get((call.team.id, call.text("external_id")), "")
    view = call.team.views.get(call.text("view_id") or external)
    if view is None:
        raise Refused("not_found")
    body = dialogs.checked(call.json("view"), view.body["type"], call.problems)
    _check_hash(call, view)
    return _answer(call, dialogs.update(call.world, call.team, view, body))


@method("views.publish", tier=4, required=("user_id", "view"))
async def publish(call: Call) -> Json:
    """Sets what a person sees in the bot's Home tab."""
    if not call.world.manifest.home_tab:
        raise Refused("not_enabled")
    person = call.team.people.get(call.text("user_id"))
    if person is None:
        raise Refused("invalid_arguments", "[ERROR] invalid `user_id`")
    body = dialogs.checked(call.json("view"), "home", call.problems)
    if view := call.team.homes.get(person.id):
        _check_hash(call, view)
    return _answer(call, dialogs.publish(call.world, call.team, person.id, body))


def _check_hash(call: Call, view: View) -> None:
    given = call.text("hash")
    if given and given != view.hash:
        raise Refused("hash_conflict")


def _answer(call: Call, view: View) -> Json:
    return {"view": shapes.view(call.world, call.team, view)}
