"""docs/local-slack.md says what the code says."""

import re
from pathlib import Path

from bot.sandbox.slack import demo, dialogs, drafts, limits, replies, sockets
from bot.sandbox.slack.api.registry import METHODS
from bot.sandbox.slack.delivery import ACK_SECONDS
from bot.sandbox.slack.person import LocalPerson
from bot.sandbox.slack.rules import views
from bot.sandbox.slack.testing import LocalSlack, LocalTeam

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/local-slack.md").read_text(encoding="utf-8")


def test_the_example_is_the_one_that_is_tested() -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code.strip() == (ROOT / "tests/sandbox/test_slack_example.py").read_text(encoding="utf-8").strip()


def test_every_verb_is_explained() -> None:
    for kind in (LocalSlack, LocalTeam, LocalPerson):
        for name in vars(kind):
            if not name.startswith("_"):
                assert re.search(rf"`(?:\w+\.)?{name}\b", PAGE), f"{kind.__name__}.{name} is not explained"


def test_every_method_is_listed() -> None:
    listed = set(re.findall(r"`([a-z]+(?:\.[a-zA-Z0-9]+)+)`", PAGE.partition("## Web API")[2].partition("\n## ")[0]))
    assert set(METHODS) <= listed


def test_the_numbers_are_the_codes() -> None:
    said = {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", PAGE)}
    numbers = (
        ACK_SECONDS,
        replies.USES,
        replies.SECONDS // 60,
        dialogs.STACK,
        limits.POSTING_BURST,
        limits.WORKSPACE_POSTS,
        *limits.TIERS.values(),
        sockets.MOST,
        drafts.TEXT,
        drafts.CHANGED_TEXT,
        views.ALL_TEXT,
        views.MESSAGE_BLOCKS,
        views.VIEW_BLOCKS,
        views.VIEW_BYTES // 1000,
    )
    for number in numbers:
        assert int(number) in said, f"{number} is not in the page"


def test_the_people_of_the_demo_are_listed() -> None:
    for handle, *_ in demo.PEOPLE:
        assert f"`U0{handle.upper()}`" in PAGE
