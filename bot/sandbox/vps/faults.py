"""Which faults are armed and whom they meet. A fault is a value; what it does to a call is decided in `harm`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.vps.calls import tail

CHANGING = frozenset({"create", "replace", "edit", "delete", "start", "stop", "reboot", "resize", "snapshot", "backup"})
ACTIONS = CHANGING | {"list", "show", "plans", "account", "locations", "systems", "ssh_keys"}

# Kind → the options it takes. `effect`: whether the call's work is done all the same.
OPTIONS: Mapping[str, frozenset[str]] = {
    "status": frozenset({"status", "body", "headers", "retry_after", "effect"}),
    "lost_reply": frozenset(),
    "closed_before": frozenset(),
    "late_effect": frozenset({"seconds"}),
    "late_list": frozenset({"seconds"}),
    "hang": frozenset({"seconds", "effect"}),
    "slow": frozenset({"seconds"}),
    "html": frozenset({"status", "effect"}),
    "empty": frozenset({"effect"}),
    "cut": frozenset({"abrupt"}),
    "huge": frozenset({"bytes"}),
    "redirect": frozenset({"location", "status", "effect"}),
}
KINDS = frozenset(OPTIONS)
_STATUS = {"status": 500, "redirect": 302}  # unless told otherwise; else 200
_DOES_WORK = frozenset({"lost_reply", "empty", "cut", "huge"})
_MATCHES = frozenset({"method", "path", "action", "token", "server"})


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a fault meets; None meets all. `path`: what the path begins with, with or without `/api/v1`, or, when it
    begins with `^`, a regular expression to be found in it. `server`: an id or a name."""

    method: str | None = None
    path: str | None = None
    action: str | None = None
    token: str | None = field(default=None, repr=False)
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is known of a call before its work: its action is None when no endpoint has its path and method."""

    method: str
    prefix: str
    path: str
    action: str | None
    token: str = field(repr=False)
    server: tuple[str, ...] = ()


@dataclass(slots=True)
class Fault:
    """One armed fault. `left`: how often it strikes yet; None: until cleared. Seconds are real ones for `hang` and
    `slow`, the clock's for `late_effect` and `late_list`."""

    kind: str
    match: Match = field(default_factory=Match)
    left: int | None = None
    struck: int = 0
    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: str | None = None
    seconds: float = 30.0
    bytes: int = 50_000_000
    location: str = "https://elsewhere.example.com/"
    abrupt: bool = False
    effect: bool | None = None

    @property
    def does_work(self) -> bool:
        """Whether the call's work is done at once, whatever becomes of the answer."""
        return self.kind in _DOES_WORK if self.effect is None else self.effect

    def as_json(self) -> dict[str, object]:
        """As it was armed; of a token only the tail."""
        match = {key: getattr(self.match, key) for key in sorted(_MATCHES) if getattr(self.match, key)}
        if self.match.token:
            match["token"] = f"…{tail(self.match.token)}"
        options = {key: getattr(self, key) for key in sorted(OPTIONS[self.kind])}
        shown = {key: value for key, value in options.items() if value not in (None, {})}
        return {"kind": self.kind, "match": match, "times": self.left, "struck": self.struck, **shown}


@dataclass(frozen=True, slots=True)
class Struck:
    """The faults one call meets: `late_list` and `slow` go together with any one of the others."""

    late_list: Fault | None = None
    slow: Fault | None = None
    other: Fault | None = None

    @property
    def names(self) -> str | None:
        """Their kinds, joined by "+"."""
        return "+".join(fault.kind for fault in (self.other, self.late_list, self.slow) if fault) or None


class Faults:
    """The armed faults, in the order of arming: the first that meets a call strikes it."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def armed(self) -> list[Fault]:
        """Those that may strike yet."""
        return list(self._armed)

    def arm(self, fault: Fault) -> None:
        """Lets it wait for its calls, behind those armed before."""
        self._armed.append(fault)

    def clear(self) -> None:
        """Disarms all."""
        self._armed.clear()

    def strike(self, target: Target) -> Struck:
        """The faults that meet this call; each of them has one time less to strike."""
        return Struck(
            late_list=self._take({"late_list"}, target) if target.action in CHANGING else None,
            slow=self._take({"slow"}, target),
            other=self._take(KINDS - {"late_list", "slow"}, target),
        )

    def _take(self, kinds: frozenset[str] | set[str], target: Target) -> Fault | None:
        for fault in self._armed:
            if fault.kind not in kinds or not _meets(fault.match, target):
                continue
            fault.struck += 1
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    self._armed.remove(fault)
            return fault
        return None


def parse(wanted: Mapping[str, object]) -> Fault:
    """The fault described by `{kind, match: {…}, times, …}`. Raises ValueError (a sentence) for what makes no sense."""
    kind = wanted.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"there is no fault {kind!r}; there are: {', '.join(sorted(KINDS))}")
    options = {key: value for key, value in wanted.items() if key not in ("kind", "match", "times")}
    unknown = options.keys() - OPTIONS[kind]
    if unknown:
        raise ValueError(f"{kind} takes no {', '.join(sorted(unknown))}")
    times = wanted.get("times")
    if times is not None and (not _is(times, int) or int(str(times)) < 1):
        raise ValueError("times is a number above 0, or null for: until cleared")
    fault = Fault(kind, _match(wanted.get("match")), None if times is None else int(str(times)))
    fault.status = _STATUS.get(kind, 200)
    for key, value in options.items():
        setattr(fault, key, _option(key, value))
    return fault


def _match(wanted: object) -> Match:
    if wanted is None:
        return Match()
    if not isinstance(wanted, Mapping) or wanted.keys() - _MATCHES:
        raise ValueError(f"match is an object of {', '.join(sorted(_MATCHES))}, nothing else")
    match = Match(**{key: None if value is None else str(value) for key, value in wanted.items()})
    if match.action is not None and match.action not in ACTIONS:
        raise ValueError(f"there is no action {match.action!r}; there are: {', '.join(sorted(ACTIONS))}")
    if match.path and match.path.startswith("^"):
        try:
            re.compile(match.path)
        except re.error as error:
            raise ValueError(f"path {match.path!r} is no regular expression: {error}") from None
    return match


def _option(key: str, value: object) -> object:
    """The value in its type. A body may be anything: a text is sent as it is, everything else as JSON."""
    if key == "body":
        return value
    if key == "headers" and isinstance(value, Mapping):
        return {str(name): str(text) for name, text in value.items()}
    if key == "retry_after" and (_is(value, int) or isinstance(value, str)):
        return str(value)  # seconds or an HTTP date, as it stands in the header
    if key == "seconds" and _is(value, int, float) and float(str(value)) >= 0:
        return float(str(value))
    if key == "status" and isinstance(value, int) and _is(value, int) and 200 <= value <= 599:
        return value
    if key == "bytes" and isinstance(value, int) and _is(value, int) and value >= 0:
        return value
    if (key == "location" and isinstance(value, str)) or (key in ("abrupt", "effect") and _is(value, bool)):
        return value
    raise ValueError(f"{key} can't be {value!r}")


def _is(value: object, *types: type) -> bool:
    """`isinstance`, but a truth value is no number."""
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _meets(match: Match, target: Target) -> bool:
    return (
        (match.method is None or match.method.upper() == target.method)
        and (match.action is None or match.action == target.action)
        and (match.token is None or match.token == target.token)
        and (match.server is None or match.server in target.server)
        and (match.path is None or _path_meets(match.path, target))
    )


def _path_meets(wanted: str, target: Target) -> bool:
    whole = target.prefix + target.path
    if wanted.startswith("^"):
        return any(re.search(wanted, path) for path in (whole, target.path))
    return whole.startswith(wanted) or target.path.startswith(wanted)
