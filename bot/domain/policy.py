"""What a workspace decided: which changes take other people's consent, how much, how long; what is protected. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.selectors import matches

MOST_APPROVALS = 5

KEY, FREEZE, LAST_FREEZE = "policy", "freeze", "last_freeze"
"""Where the policy, the freeze, and the last freeze that there was stand among a workspace's settings."""


class Act(StrEnum):
    """What a rule can put under approval beside deleting, as it is typed in the settings."""

    START = "start"
    STOP = "stop"
    REBOOT = "reboot"
    BACKUPS_OFF = "backups-off"
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class Rule:
    """An act on servers of some names takes consent; `above` limits it to what costs more than that a month."""

    act: Act
    glob: str = "*"
    above: float | None = None

    def covers(self, act: str, names: Iterable[str], price: float | None) -> bool:
        """Whether it holds for this act on servers of these names. An unknown price counts as a high one."""
        dear = self.above is None or price is None or price > self.above
        return act == self.act and dear and any(matches(self.glob, name) for name in names)

    def __str__(self) -> str:
        """As it is typed: `reboot prod-*`, `create above 20`."""
        above = f" above {self.above:g}" if self.above is not None else ""
        return f"{self.act} {self.glob}{above}" if self.glob != "*" or not above else f"{self.act}{above}"


def read_rule(text: str) -> Rule | None:
    """The rule that was typed, or None when it is none."""
    words = text.split()
    above: float | None = None
    if len(words) > 2 and words[-2] == "above":
        try:
            above = float(words[-1])
        except ValueError:
            return None
        words = words[:-2]
        if not (0 <= above < 1_000_000) or words[0] != Act.CREATE:
            return None
    match words:
        case [act] if act in set(Act):
            return Rule(Act(act), "*", above)
        case [act, glob] if act in set(Act) and len(glob) <= 100:
            return Rule(Act(act), glob, above)
    return None


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that people change with `/vps settings`. Times are in minutes, as they are kept.

    `undo_window`: minutes between consent and deletion, 0 for none; `stop_first`: the server is stopped at its
    beginning. `also`: rules for other acts than deleting. `protected`: patterns of names that can't be deleted.
    `hourly`: deletions that one person may ask for in an hour, `daily`: all people of the workspace in a day, before
    a request takes one approver more.
    """

    approvals_channel: str = ""
    notifications_channel: str = ""
    approvals: int = 1
    lifetime: int = 24 * 60
    remind_after: int = 60
    undo_window: int = 0
    stop_first: bool = False
    also: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    hourly: int = 5
    daily: int = 10

    @property
    def expires_in(self) -> timedelta:
        """How long a request waits for consent."""
        return timedelta(minutes=self.lifetime)

    @property
    def reminder(self) -> timedelta:
        """When approvers are reminded for the first time."""
        return timedelta(minutes=self.remind_after)

    @property
    def undo(self) -> timedelta:
        """How long after the consent a deletion can still be stopped."""
        return timedelta(minutes=self.undo_window)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What takes consent beside deleting."""
        return tuple(rule for text in self.also if (rule := read_rule(text)))

    @property
    def always(self) -> int:
        """How many approvals a deletion takes at least: beyond a budget one more, and one of 0 is used up always."""
        return self.approvals + (0 in (self.hourly, self.daily))

    def consent(self, act: str, names: Sequence[str], *, price: float | None = None, extra: bool = False) -> int:
        """How many others have to agree. `act` is a kind of change, "delete" among them.

        `extra`: it is over a budget; one of 0 is used up for every deletion, whenever that is asked.
        """
        covered = any(rule.covers(act, names, price) for rule in self.rules) or self._moves(act, names)
        if act != "delete" and not covered:
            return 0
        return self.always if act == "delete" and not extra else self.approvals + extra

    def _moves(self, act: str, names: Sequence[str]) -> bool:
        """Whether another name takes a server out of a rule's pattern, or into it: else a rename got round the rule."""
        renames = act in ("rename", "edit", Act.BACKUPS_OFF)
        return renames and any(len({matches(rule.glob, name) for name in names}) > 1 for rule in self.rules)

    def protects(self, name: str) -> str | None:
        """The pattern that keeps a server of this name from being deleted, if there is one."""
        return next((glob for glob in self.protected if matches(glob, name)), None)


@dataclass(frozen=True, slots=True)
class Freeze:
    """Nothing is changed until an admin lifts it."""

    by: str
    at: datetime
    reason: str


def policy_of(settings: Mapping[str, Any]) -> Policy:
    """The policy among a workspace's settings. What is missing or of another type is what it is by default."""
    kept = settings.get(KEY)
    return read_policy(kept if isinstance(kept, Mapping) else {})


def read_policy(kept: Mapping[str, Any]) -> Policy:
    """A policy from its values as they are kept."""
    usual = Policy()
    return Policy(**{f.name: _like(kept.get(f.name), getattr(usual, f.name)) for f in fields(Policy)})


def with_policy(settings: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The settings with another policy in them."""
    return {**settings, KEY: as_kept(policy)}


def as_kept(policy: Policy) -> dict[str, Any]:
    """A policy's values, as JSON can keep them."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(policy).items()}


def freeze_of(settings: Mapping[str, Any]) -> Freeze | None:
    """Who froze the workspace, since when and why; None when it is not frozen."""
    return _freeze(settings.get(FREEZE))


def freeze_since(settings: Mapping[str, Any], agreed_at: datetime) -> Freeze | None:
    """The freeze that ends what was agreed to at a time: the present one, or one that was put on after that.

    What was under way when it came may have another step before it that was not begun; lifting it revives nothing.
    """
    last = _freeze(settings.get(LAST_FREEZE))
    return freeze_of(settings) or (last if last and agreed_at <= last.at else None)


def with_freeze(settings: Mapping[str, Any], freeze: Freeze | None) -> dict[str, Any]:
    """The settings with the workspace frozen, or not any more."""
    others = {name: value for name, value in settings.items() if name != FREEZE}
    if freeze is None:
        return others
    kept = asdict(freeze) | {"at": freeze.at.isoformat()}
    return others | {FREEZE: kept, LAST_FREEZE: kept}


def changed(before: Policy, after: Policy) -> dict[str, tuple[Any, Any]]:
    """The fields that differ, with old and new value."""
    then, now = asdict(before), asdict(after)
    return {name: (then[name], now[name]) for name in then if then[name] != now[name]}


def takes_otherwise(before: Policy, after: Policy) -> bool:
    """Whether a deletion takes another number of approvals than before, or takes one more sooner or later."""
    return bool({"approvals", "hourly", "daily"} & changed(before, after).keys())


def takes_more(before: Policy, after: Policy) -> bool:
    """Whether every deletion takes more approvals than before: what may be more than there are people to give them."""
    return after.always > before.always


def loosened(before: Policy, after: Policy) -> tuple[str, ...]:
    """The fields whose change needs a second admin: what lets more through than before, or asks elsewhere."""
    looser = {
        "approvals_channel": bool(before.approvals_channel) and before.approvals_channel != after.approvals_channel,
        "approvals": after.approvals < before.approvals,
        "undo_window": after.undo_window < before.undo_window,
        "stop_first": before.stop_first and not after.stop_first,
        "also": not all(any(_includes(new, old) for new in after.rules) for old in before.rules),
        "protected": not (set(before.protected) <= set(after.protected) or "*" in after.protected),
        "lifetime": after.lifetime > before.lifetime,
        "hourly": after.hourly > before.hourly,
        "daily": after.daily > before.daily,
    }
    return tuple(name for name, is_so in looser.items() if is_so)


def _includes(new: Rule, old: Rule) -> bool:
    """Whether a rule covers at least all that another one did."""
    dear = new.above is None or (old.above is not None and new.above <= old.above)
    return new.act == old.act and new.glob in ("*", old.glob) and dear


def _freeze(kept: Any) -> Freeze | None:
    if not isinstance(kept, Mapping):
        return None
    return Freeze(str(kept["by"]), datetime.fromisoformat(kept["at"]), str(kept["reason"]))


def _like(value: Any, usual: Any) -> Any:
    if isinstance(usual, tuple):
        return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else usual
    return value if type(value) is type(usual) else usual
