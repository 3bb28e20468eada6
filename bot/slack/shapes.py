"""Whether a body has the shape that its kind has at Slack; Bolt and we rely on no more than this."""

from collections.abc import Mapping
from typing import Any


def plausible(body: Mapping[str, Any]) -> bool:
    """Whether everything in it that is read is of the kind that it is read as, or isn't there."""
    kind, event = body.get("type"), body.get("event")
    if "command" in body:
        return isinstance(body["command"], str)
    if kind == "event_callback":
        return isinstance(event, Mapping) and _event(event) and _objects(body.get("authorizations") or [])
    if kind not in ("block_actions", "view_submission", "view_closed"):
        return True
    if not all(_object(body.get(name)) for name in ("user", "team", "container", "channel")):
        return False
    enterprise, view = body.get("enterprise"), body.get("view")
    if not (isinstance(enterprise, str) or _object(enterprise)):
        return False
    if kind == "block_actions":
        actions = body.get("actions") or [{}]  # without one it is none
        return _objects(actions) and all(map(_action, actions)) and _view(view)
    urls = body.get("response_urls", [])
    return isinstance(view, Mapping) and _texts(view, "type", "callback_id") and _view(view) and _objects(urls)


def _event(event: Mapping[str, Any]) -> bool:
    """Who and where stand there as an id, or as the thing itself."""
    return _texts(event, "type") and all(
        isinstance(event.get(name), str) or _object(event.get(name)) for name in ("user", "channel")
    )


def _action(action: Mapping[str, Any]) -> bool:
    return _texts(action, "action_id") and _object(action.get("selected_option"))


def _view(view: Any) -> bool:
    """A dialog or a home, with what it holds, or none."""
    if not isinstance(view, Mapping):
        return not view
    state, blocks = view.get("state"), view.get("blocks") or []
    return _object(state) and _values((state or {}).get("values")) and _objects(blocks) and all(map(_block, blocks))


def _values(values: Any) -> bool:
    """What was typed and chosen: by block, by element."""
    if not isinstance(values, Mapping):
        return not values
    return all(
        isinstance(block, Mapping)
        and all(isinstance(each, Mapping) and _object(each.get("selected_option")) for each in block.values())
        for block in values.values()
    )


def _block(block: Mapping[str, Any]) -> bool:
    element = block.get("element") or {}
    parts = _object(block.get("label")) and _object(element)
    return (
        parts and isinstance(block.get("block_id", ""), str) and (not element or _texts(element, "type", "action_id"))
    )


def _object(value: Any) -> bool:
    """An object, or nothing."""
    return isinstance(value, Mapping) or not value


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def _texts(value: Mapping[str, Any], *names: str) -> bool:
    return all(isinstance(value.get(name), str) for name in names)
