"""What a workspace had decided at a moment, told from the log: its row only knows the present."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.audit import Action, Entry
from bot.domain.policy import Freeze, Policy
from bot.operations.watching import WATCH
from bot.store.protections import Protection

ACTIONS = (
    Action.SETTINGS_CHANGED,
    Action.SERVER_PROTECTED,
    Action.SERVER_UNPROTECTED,
    Action.WORKSPACE_FROZEN,
    Action.WORKSPACE_UNFROZEN,
)
"""The entries that it is told from."""

_CHANGE = " → "


@dataclass(frozen=True, slots=True)
class Decided:
    """What held at a moment."""

    policy: Policy
    protections: tuple[Protection, ...]
    freeze: Freeze | None
    watched: bool


def decided_at(entries: Iterable[Entry], moment: datetime, present: Policy) -> Decided:
    """What held then. A setting that was never changed is what it is at present."""
    values: dict[str, str] = {}
    kept: dict[str, Protection] = {}
    freeze: Freeze | None = None
    watched = False  # until an admin switches it on
    for entry in entries:
        detail = json.loads(entry.detail)
        if entry.action == Action.SETTINGS_CHANGED:
            _note(values, detail, before=entry.time <= moment)
            if WATCH in detail and entry.time <= moment:
                watched = detail[WATCH] == "on"
        elif entry.time > moment:
            continue
        elif entry.action == Action.SERVER_PROTECTED and "fits" not in detail:  # that is the pattern's, which is listed
            kept[detail["server_id"]] = Protection(detail["server_id"], entry.target, entry.actor, entry.time)
        elif entry.action == Action.SERVER_UNPROTECTED:
            kept.pop(detail["server_id"], None)
        elif entry.action in (Action.WORKSPACE_FROZEN, Action.WORKSPACE_UNFROZEN):
            frozen = entry.action == Action.WORKSPACE_FROZEN
            freeze = Freeze(entry.actor, entry.time, entry.reason) if frozen else None
    known = {name: _read(text, getattr(present, name)) for name, text in values.items() if hasattr(present, name)}
    named = sorted(kept.values(), key=lambda each: each.server_name)
    return Decided(replace(present, **known), tuple(named), freeze, watched)


def logged(detail: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What an entry says of settings that became others: what was and what is, as the values that settings have."""
    usual = Policy()
    pairs = {name: str(change).partition(_CHANGE) for name, change in detail.items()}
    return {
        name: (_read(was, getattr(usual, name, "")), _read(became, getattr(usual, name, "")))
        for name, (was, arrow, became) in pairs.items()
        if arrow
    }


def _note(values: dict[str, str], detail: dict[str, Any], *, before: bool) -> None:
    """What a change made of the settings, or, of one that came later, what was there before it."""
    for name, change in detail.items():
        was, arrow, became = str(change).partition(_CHANGE)
        if arrow and before:
            values[name] = became
        elif arrow:
            values.setdefault(name, was)


def _read(text: str, like: Any) -> Any:
    """A value as the log spells it, of the type that the setting has."""
    if isinstance(like, bool):
        return text == "True"
    if isinstance(like, int):
        return int(text) if text.isdecimal() else like
    if isinstance(like, tuple):
        return () if text == "none" else tuple(text.split(", "))
    return text
