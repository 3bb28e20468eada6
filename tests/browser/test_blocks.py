"""Each block and element in a message: what a person sees and can do, and what the bot is sent when they do it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from bot.sandbox.slack.rules.elements import IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUTS, IN_SECTIONS
from bot.sandbox.slack.rules.views import ALL_BLOCKS
from tests.browser.acts import ACTS, choose, press
from tests.browser.foreign import Foreign
from tests.browser.kinds import (
    CONFIRM,
    PIXEL,
    Json,
    actions,
    element,
    marked,
    option,
    options,
    part,
    plain,
    rich,
    said,
    section,
)
from tests.browser.looks import Look, has, named, texts
from tests.browser.newest import NEW_LOOKS
from tests.browser.test_dialogs import ALERT, CHOICES, FILE, FORM

pytestmark = pytest.mark.browser

FEEDBACK = element(
    "feedback_buttons",
    positive_button={"text": plain("Helpful"), "value": "yes"},
    negative_button={"text": plain("Not helpful"), "value": "no"},
)

TRASH = element("icon_button", icon="trash", text=plain("Throw away"), value="it")

SECRET = {**TRASH, "action_id": "secret", "text": plain("For Amir"), "visible_to_user_ids": ["U0AMIR"]}

BELOW = {"type": "context_actions", "elements": [FEEDBACK, TRASH, SECRET]}

ORDER = {"trigger": {"url": "https://slack.com/shortcuts/Ft0/abc"}}

WORKFLOW = actions(element("workflow_button", text=plain("Order"), workflow=ORDER))

VIDEO = {
    "type": "video",
    "alt_text": "A rack of servers",
    "title": plain("The tour"),
    "thumbnail_url": "https://example.com/thumb.png",
    "video_url": "https://example.com/embed/1",
    "description": plain("Four minutes."),
    "author_name": "Ops",
}

CHART = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"}

CARD = {
    "type": "card",
    "title": marked("web-1"),
    "subtitle": marked("Falkenstein"),
    "body": marked("*Runs.*"),
    "actions": [element("button", text=plain("Reboot"), value="1")],
}

TABLE = {
    "type": "table",
    "column_settings": [{}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Server"}, {"type": "raw_text", "text": "Load"}],
        [rich(part("section", said("web-1", bold=True))), {"type": "raw_number", "value": 0.7, "text": "0.7"}],
    ],
}

LISTS = rich(
    part("section", said("Do "), said("this", bold=True), said(" first", italic=True)),
    part("list", part("section", said("one")), part("section", said("two")), style="ordered"),
    part("list", part("section", said("deeper")), style="bullet", indent=1),
    part("quote", said("a quote")),
    part("preformatted", said("code here")),
    part("section", {"type": "user", "user_id": "U0OLGA"}, {"type": "channel", "channel_id": "C0OPS"}),
    part("section", {"type": "link", "url": "https://example.com", "text": "a link"}),
    part("section", {"type": "emoji", "name": "tada"}, {"type": "broadcast", "range": "here"}),
)

LOOKS: dict[str, tuple[Json, list[Look]]] = {
    "section": (section("*bold* &lt;b&gt; <@U0OLGA>"), [has("strong", "bold"), texts("<b>", "@Olga Operator")]),
    "fields": (
        {"type": "section", "fields": [marked("*Plan*\nsmall"), plain("*as it is*")]},
        [has(".field", count=2), texts("*as it is*")],
    ),
    "section with picture": (
        section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"}),
        [named("img", "A chart")],
    ),
    "header": ({"type": "header", "text": plain("Servers")}, [named("heading", "Servers")]),
    "divider": ({"type": "divider"}, [has("hr")]),
    "verbatim": (
        section() | {"text": marked("See https://example.com/a") | {"verbatim": True}},
        [texts("See https://example.com/a"), has("a", count=0)],
    ),
    "not verbatim": (section("See https://example.com/a"), [named("link", "https://example.com/a")]),
    "context": (
        {
            "type": "context",
            "elements": [{"type": "image", "image_url": "https://e.com/i.png", "alt_text": "Up"}, marked("_now_")],
        },
        [named("img", "Up"), has("em", "now")],
    ),
    "image": (
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "Traffic", "title": plain("This week")},
        [named("img", "Traffic"), has("figcaption", "This week")],
    ),
    "rich text": (
        LISTS,
        [
            has("strong", "this"),
            has("ol li", count=2),
            has("ul li", "deeper"),
            has("blockquote", "a quote"),
            has("pre", "code here"),
            texts("@Olga Operator", "#ops", "@here", "🎉"),
            named("link", "a link"),
        ],
    ),
    "markdown": (
        {
            "type": "markdown",
            "text": "# Plan\n\n- **first**\n- second\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[docs](https://example.com)",
        },
        [
            named("heading", "Plan"),
            has("li", count=2),
            has("strong", "first"),
            has("td", count=2),
            named("link", "docs"),
        ],
    ),
    "table": (TABLE, [named("columnheader", "Load"), named("region", "Table: Server, Load"), texts("web-1", "0.7")]),
    "file": (
        {"type": "file", "external_id": "backup-7", "source": "remote"},
        [texts("backup-7", "A remote file")],
    ),
    "video": (VIDEO, [texts("The tour", "Four minutes.", "Ops"), named("link", "Play The tour")]),
    "card": (
        CARD | {"hero_image": CHART, "icon": CHART},
        [texts("web-1", "Falkenstein", "Runs."), has("strong", "Runs."), has("[role=img]", count=2)],
    ),
    "card with a named icon": (CARD | {"slack_icon": {"type": "icon", "name": "rocket"}}, [texts("rocket")]),
    "carousel": (
        {"type": "carousel", "elements": [CARD, CARD | {"title": marked("web-2")}]},
        [named("group", "2 cards"), texts("web-1", "web-2"), has(".carousel button", "Reboot", count=2)],
    ),
    "link button": (
        actions(element("button", text=plain("Open"), url="https://example.com/")),
        [named("button", "Open")],
    ),
    "disclosed names": (
        actions(element("button", text=plain("×"), accessibility_label="Remove web-1")),
        [named("button", "Remove web-1")],
    ),
    **NEW_LOOKS,
}


@pytest.mark.parametrize("kind", LOOKS)
def test_a_block_is_drawn(foreign: Foreign, window: Page, kind: str) -> None:
    block, looks = LOOKS[kind]
    message = drawn(foreign, window, block)
    for look in looks:
        look(message)
    assert message.locator(".unknown").count() == 0


def test_a_card_in_a_carousel_tells_the_bot_which_card_it_was(foreign: Foreign, window: Page) -> None:
    second = CARD | {"block_id": "web-2", "actions": [element("button", text=plain("Stop"), value="2")]}
    message = drawn(foreign, window, {"type": "carousel", "elements": [CARD, second]})
    with window.expect_response("**/_local/act"):
        message.get_by_role("button", name="Stop").press("Enter")
    told = foreign.action()
    assert (told["block_id"], told["value"]) == ("web-2", "2")


@pytest.mark.parametrize("kind", ACTS)
def test_an_element_tells_the_bot(foreign: Foreign, window: Page, kind: str) -> None:
    given, act, told = ACTS[kind]
    foreign.options = {"options": options("Far away")}
    message = drawn(foreign, window, actions(given))
    with window.expect_response("**/_local/act") as answer:
        act(message)
    assert answer.value.json() == {"ok": True}
    action = foreign.action()
    assert {name: action.get(name) for name in told} == told
    assert (action["type"], action["action_id"]) == (given["type"], given["type"])
    assert message.locator(".unknown").count() == 0


def test_a_workflow_button_says_that_no_workflow_runs_here(foreign: Foreign, window: Page) -> None:
    message = drawn(foreign, window, WORKFLOW)
    before = len(foreign.told("block_actions"))
    press("Order")(message)
    expect(window.get_by_text("The local Slack runs no workflows.")).to_be_visible()
    assert len(foreign.told("block_actions")) == before


def test_a_second_choice_is_not_lost_while_the_first_is_told(foreign: Foreign, window: Page) -> None:
    message = drawn(foreign, window, actions(element("checkboxes", options=options("Logs", "Disks", "Mail"))))

    def tells_both(answer: Response) -> bool:
        return answer.url.endswith("/act") and all(
            f'"{word}"' in (answer.request.post_data or "") for word in ("logs", "mail")
        )

    with window.expect_response(tells_both):
        message.evaluate("node => [0, 2].forEach(n => node.querySelectorAll('[type=checkbox]')[n].click())")
    assert foreign.action()["selected_options"] == options("Logs", "Mail")


def test_buttons_below_an_answer(foreign: Foreign, window: Page) -> None:
    message = drawn(foreign, window, BELOW)
    expect(message.get_by_role("button", name="For Amir")).to_have_count(0)
    for name, value in (("Not helpful", "no"), ("Throw away", "it")):
        with window.expect_response("**/_local/act"):
            message.get_by_role("button", name=name, exact=True).click()
        assert foreign.action()["value"] == value
    expect(message.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")


def test_a_question_is_asked_first(foreign: Foreign, window: Page) -> None:
    message = drawn(foreign, window, actions(element("button", text=plain("Delete"), style="danger", confirm=CONFIRM)))
    before = len(foreign.told("block_actions"))
    question = window.get_by_role("alertdialog", name="Really?")
    for key in ("Escape", "Shift+Tab"):  # back to "Leave it"
        press("Delete")(message)
        expect(question).to_contain_text("It can't be undone.")
        expect(question.get_by_role("button", name="Do it")).to_be_focused()
        window.keyboard.press(key)
        if key != "Escape":
            expect(question.get_by_role("button", name="Leave it")).to_be_focused()
            window.keyboard.press("Enter")
        expect(question).to_have_count(0)
        expect(message.get_by_role("button", name="Delete")).to_be_focused()
    assert len(foreign.told("block_actions")) == before
    press("Delete")(message)
    with window.expect_response("**/_local/act"):
        press("Do it")(question)
    assert len(foreign.told("block_actions")) == before + 1


def test_a_select_that_is_thought_better_of_keeps_its_choice(foreign: Foreign, window: Page) -> None:
    given = element("static_select", options=options("Small", "Large"), initial_option=option("Small"), confirm=CONFIRM)
    message = drawn(foreign, window, actions(given))
    choose("Large")(message)
    press("Leave it")(window.get_by_role("alertdialog"))
    expect(message.get_by_role("combobox")).to_have_value("Small")


def test_a_picture_in_the_message_itself_is_loaded(foreign: Foreign, window: Page) -> None:
    """Only http(s) passes the rules for a bot; the page may show what lies in the message or on this server."""
    inside = "({ draw }) => import('/page/js/blocks/media.js').then((m) => m.picture({ image_url: draw }, 'x').tagName)"
    assert window.evaluate(inside, {"draw": PIXEL}) == "IMG"
    assert window.evaluate(inside, {"draw": "https://example.com/a.png"}) == "SPAN"


def test_every_kind_that_slack_takes_is_drawn_and_used() -> None:
    in_messages = [BELOW, WORKFLOW, *(block for block, _ in LOOKS.values()), *(given for given, *_ in ACTS.values())]
    in_dialogs = [FILE, ALERT, *CHOICES, *(block for block, *_ in FORM.values())]
    taken = {*ALL_BLOCKS, *IN_SECTIONS, *IN_ACTIONS, *IN_INPUTS, *IN_CONTEXT_ACTIONS}
    assert {kind.removesuffix(" element") for kind in taken} - set(kinds_in([*in_messages, *in_dialogs])) == set()


def kinds_in(part: Any) -> Iterator[str]:
    """The types of blocks and elements, however deep."""
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from kinds_in(each)
    if isinstance(part, dict) and "type" in part:
        yield part["type"]


def drawn(foreign: Foreign, window: Page, *blocks: Json) -> Locator:
    """Posts the blocks, and gives the message on the page once it is there."""
    ts = foreign.posts(*blocks)
    message = window.locator(f"[role=article][data-ts='{ts}']")
    message.wait_for()
    return message
