"""What a workspace decided about consent: where it is asked for, how much it takes, how long it is waited for. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

MOST_APPROVALS = 5

KEY = "policy"
"""Where it stands among a workspace's settings."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that people change with `/vps settings`. Times are in minutes, as they are kept."""

    approvals_channel: str = ""
    approvals: int = 1
    lifetime: int = 24 * 60
    remind_after: int = 60

    @property
    def expires_in(self) -> timedelta:
        """How long a request waits for consent."""
        return timedelta(minutes=self.lifetime)

    @property
    def reminder(self) -> timedelta:
        """When approvers are reminded for the first time."""
        return timedelta(minutes=self.remind_after)


def policy_of(settings: Mapping[str, Any]) -> Policy:
    """The policy among a workspace's settings. What is missing or of another type is what it is by default."""
    kept = settings.get(KEY)
    kept = kept if isinstance(kept, Mapping) else {}
    usual = Policy()
    return Policy(**{f.name: _like(kept.get(f.name), getattr(usual, f.name)) for f in fields(Policy)})


def with_policy(settings: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The settings with another policy in them."""
    return {**settings, KEY: asdict(policy)}


def changed(before: Policy, after: Policy) -> dict[str, tuple[Any, Any]]:
    """The fields that differ, with old and new value."""
    then, now = asdict(before), asdict(after)
    return {name: (then[name], now[name]) for name in then if then[name] != now[name]}


def _like(value: Any, usual: Any) -> Any:
    return value if type(value) is type(usual) else usual
