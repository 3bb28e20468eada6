"""A broken rule: which one, where, and how Slack words it."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit of Slack. `sentence` is what people read; a rule that only `warns` refuses nothing."""

    name: str
    sentence: str
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule broken at a place, in the words of Slack's `response_metadata.messages`."""

    rule: Rule
    pointer: str
    message: str

    @property
    def line(self) -> str:
        """The line as Slack sends it, with the JSON pointer."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"

    @property
    def sentence(self) -> str:
        """The line for people: the rule, then the place."""
        return f"{self.rule.sentence} (at {self.pointer or '/'}: {self.message})"


@dataclass(slots=True)
class Found:
    """Collects findings while one message or view is walked through."""

    surface: str
    rule: Rule
    findings: list[Finding] = field(default_factory=list)

    def add(self, pointer: str, message: str, rule: Rule | None = None) -> None:
        """Notes that `rule` (else the one at hand) is broken at this JSON pointer."""
        self.findings.append(Finding(rule or self.rule, pointer, message))
