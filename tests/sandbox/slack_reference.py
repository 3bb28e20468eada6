"""What Slack's reference says of the methods that are offered here: arguments and names of errors.

slack_reference.txt is an extract of github.com/slack-ruby/slack-api-ref of August 2026: nothing but names. `common`
stands for all methods.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.sandbox.slack.errors import ANY_BOT, BROKEN
from bot.sandbox.slack.log import Exchange


@dataclass(frozen=True, slots=True)
class Described:
    """One method, as the reference describes it."""

    required: frozenset[str]
    optional: frozenset[str]
    errors: frozenset[str]


@cache
def reference() -> dict[str, Described]:
    """All methods that are offered here."""
    parts: dict[str, dict[str, set[str]]] = {}
    kind = name = ""
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not line.startswith(" "):
            name = line
            parts[name] = {"required": set(), "optional": set(), "errors": set()}
            continue
        if not line.startswith("    "):
            kind, *words = words
        parts[name][kind].update(words)
    common = parts.pop("common")["errors"]
    return {
        name: Described(frozenset(each["required"]), frozenset(each["optional"]), frozenset(each["errors"] | common))
        for name, each in parts.items()
    }


BESIDE = {
    "* invalid_arguments": "what is wrong with an argument is said under this name by every method",
    "* invalid_json": "a body that is no JSON, to any method",
    "* json_not_object": "a body that is no object, to any method",
    "* invalid_limit": "the reference lists it for some of the methods that give pages",
    "* invalid_cursor": "the reference lists it for some of the methods that give pages",
    "chat.postMessage invalid_attachments": "the reference lists it for chat.update",
    "chat.postMessage msg_too_long": "the reference lists it for chat.update",
    "chat.postMessage invalid_thread_ts": "the reference lists it for no method that is offered here",
    "chat.postMessage thread_not_found": "the reference lists it for conversations.replies",
}
"""Names that Slack's reference doesn't list for that method (`*`: for any), and why they are given all the same."""


def names_of_its_own(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """Refusals of methods under a name that the reference doesn't have for them."""
    for each in exchanges:
        answer = each.response if isinstance(each.response, dict) else {}
        error, described = answer.get("error"), reference().get(each.name)
        if each.kind != "web_api" or described is None or error not in BROKEN | ANY_BOT:
            continue
        if error not in described.errors and f"{each.name} {error}" not in BESIDE and f"* {error}" not in BESIDE:
            yield f"{each.name} {error}"
