"""Every view, with the worst that can come to it, stays within Slack's limits and pings nobody by accident.

Judged by the local Slack's own rules, which share no code with the bot.
"""

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from itertools import islice
from types import ModuleType
from typing import Any

import pytest

from bot import sentences
from bot.features import days, refusals, words
from bot.features.access import asking_views, explaining_views
from bot.features.access import views as access_views
from bot.features.approvals import card_views, watching_views
from bot.features.approvals import views as approvals_views
from bot.features.audit import handlers as audit_handlers
from bot.features.audit import views as audit_views
from bot.features.connect import views as connect_views
from bot.features.create import views as create_views
from bot.features.delete import views as delete_views
from bot.features.edit import views as edit_views
from bot.features.freeze import views as freeze_views
from bot.features.glass import views as glass_views
from bot.features.guide import views as guide_views
from bot.features.notes import views as notes_views
from bot.features.notices import views as notices_views
from bot.features.power import views as power_views
from bot.features.proposals import views as proposals_views
from bot.features.protection import views as protection_views
from bot.features.schedules import views as schedules_views
from bot.features.servers import views as servers_views
from bot.features.settings import views as settings_views
from bot.features.watch import standing_views
from bot.features.watch import views as watch_views
from bot.routing import Ask
from bot.sandbox.slack.rules.views import message_findings, too_much_text, view_findings, view_too_large
from bot.slack.blocks import Element, Message
from bot.slack.ids import ActionId, ViewId
from tests.house.project import ROOT, shown
from tests.house.worst import calls

View = Callable[..., Any]

PLACES: tuple[ModuleType, ...] = (
    sentences,
    words,
    days,
    access_views,
    asking_views,
    explaining_views,
    audit_views,
    connect_views,
    guide_views,
    power_views,
    servers_views,
    approvals_views,
    card_views,
    watching_views,
    glass_views,
    freeze_views,
    protection_views,
    proposals_views,
    refusals,
    create_views,
    edit_views,
    delete_views,
    settings_views,
    schedules_views,
    notices_views,
    notes_views,
    watch_views,
    standing_views,
)

SHOWN = (Message, Message | None, Element)


def views() -> Iterator[View]:
    """The functions that give something to show, wherever views live."""
    for place in PLACES:
        for name, function in inspect.getmembers(place, inspect.isfunction):
            hints = typing.get_type_hints(function)
            own = function.__module__ == place.__name__ and not name.startswith("_") and function is not sentences.said
            if own and hints.get("return") in SHOWN and Ask not in hints.values():
                yield function


def named(view: View) -> str:
    return f"{view.__module__.removeprefix('bot.')}.{view.__name__}"


# What never comes to a view, and why; the handlers see to it.
NEVER: dict[View, Callable[[dict[str, Any]], bool]] = {
    refusals.busy: lambda given: not given["held_by"],
    glass_views.dialog: lambda given: not 1 <= len(given["servers"]) <= 50,
    power_views.offer: lambda given: not 1 <= len(given["servers"]) <= 50,
    power_views.offer_changed: lambda given: not given["changed"],
    sentences.no_command: lambda given: not given["line"].options,
    audit_views.history: lambda given: len(given["operations"]) > audit_handlers.PAGE,
    schedules_views.offer: lambda given: not 1 <= len(given["prepared"].servers) <= 50,
    guide_views.overview: lambda given: not given["able"],
    access_views.revoked: lambda given: not given["grants"],
}


def test_every_module_of_views_is_looked_at() -> None:
    files = {shown(path) for path in (ROOT / "bot" / "features").rglob("*views.py")}
    looked_at = {f"{place.__name__.replace('.', '/')}.py" for place in PLACES}
    assert files <= looked_at
    assert NEVER.keys() <= set(views())


@pytest.mark.parametrize("view", list(views()), ids=named)
def test_a_view_keeps_to_slack_s_limits(view: View) -> None:
    showings = 0
    for given in calls(view, NEVER.get(view, _nothing)):
        shown_ = view(**given)
        if shown_ is not None:
            showings += 1
            assert _problems(shown_) == [], f"{named(view)}({_told(given)})"
    assert showings, "it showed nothing at all"


def test_every_button_and_dialog_occurs_in_a_view() -> None:
    showings = (view(**given) for view in views() for given in islice(calls(view, NEVER.get(view, _nothing)), 600))
    assert {name for each in showings for name in _ids(each)} >= {*ActionId, *ViewId}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("plain &amp; simple <@U0ADA> <!date^1^{time}|then>", False),
        ("<!channel>", True),
        ("&am…", True),
        ("until <!date^17…", True),
        ("<https://x.example|y>", True),
        ("a > b", True),
    ],
)
def test_what_counts_as_wrong_in_a_text(text: str, wrong: bool) -> None:
    assert bool(_unescaped(text)) is wrong


def _nothing(_given: dict[str, Any]) -> bool:
    return False


def _problems(shown_: Message | Element) -> list[str]:
    """What Slack would refuse, and what would ping or show as code."""
    if isinstance(shown_, Message):
        found = [finding.sentence for finding in message_findings(shown_.blocks)] if shown_.blocks else []
        found += ["the text is empty or too long"] * (not 1 <= len(shown_.text) <= 4000)
        found += ["too much text in all"] * too_much_text(shown_.blocks)
        return found + _unescaped(shown_.text) + _texts(shown_.blocks)
    if shown_["type"] == "modal":
        found = [finding.sentence for finding in view_findings(shown_, "modal")]
        return found + ["too large"] * view_too_large(shown_) + _texts(shown_)
    block = {"type": "actions", "elements": [shown_]}
    return [finding.sentence for finding in message_findings([block])] + _texts(block)


_MEANT = re.compile(r"(?m)^>|<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!subteam\^[A-Z0-9]+|!date\^-?\d+\^[^|^<>]+\|[^|<>]+)>")


def _unescaped(text: str) -> list[str]:
    rest = _MEANT.sub("", text)
    found = re.search(r"[<>]|&(?!amp;|lt;|gt;)", rest)
    return (
        [f"not escaped, or cut in the middle: {rest[max(0, found.start() - 40) : found.end() + 40]!r}"] if found else []
    )


def _texts(part: Any) -> list[str]:
    """What is wrong with the mrkdwn in some blocks."""
    if isinstance(part, list):
        return [wrong for each in part for wrong in _texts(each)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "mrkdwn":
        return _unescaped(part["text"])
    return [wrong for each in part.values() for wrong in _texts(each)]


def _ids(part: Any) -> Iterator[str]:
    if isinstance(part, Message):
        yield from _ids(part.blocks)
    elif isinstance(part, list):
        for each in part:
            yield from _ids(each)
    elif isinstance(part, dict):
        yield from (part[name] for name in ("action_id", "callback_id") if name in part)
        for each in part.values():
            yield from _ids(each)


def _told(given: dict[str, Any]) -> str:
    return ", ".join(f"{name}={str(value)[:300]}" for name, value in given.items())
