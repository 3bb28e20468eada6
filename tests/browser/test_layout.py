"""How the page lays out what it has: a thousand messages, a phone's width, words that stand out."""

import re

import pytest
from playwright.sync_api import Browser, expect

from bot.sandbox.slack import conversation
from bot.sandbox.slack.model import Message
from tests.browser.foreign import Foreign
from tests.browser.kinds import BUSY, actions, element, field, modal, options, plain, section
from tests.browser.tabs import FAINT, box, fits, newest, tab

pytestmark = pytest.mark.browser


def test_a_thousand_messages_stay_fluent(foreign: Foreign, browser: Browser) -> None:
    """By what is laid out and touched, not by a clock: most rows are skipped, a new one touches only itself."""
    crowded = foreign.team.add_channel("crowded", id="C0CROWDED", bot=True)
    blocks = [section("*web-1* is active"), actions(element("button", text=plain("Reboot"), value="1"))]

    async def fill() -> None:
        world = foreign.slack.world
        for n in range(1000):
            message = Message(world.ts(), crowded.id, foreign.team.bot_user_id, f"Number {n}", by_bot=True)
            if n % 2:
                message.blocks = [{**block, "block_id": f"b{n}{i}"} for i, block in enumerate(blocks)]
            conversation.put(world, foreign.team.team, crowded, message)

    foreign.wait(fill())
    with tab(browser, foreign.address(channel=crowded.id)) as page:
        rows = page.locator(".messages-content [role=article]")  # by roles, three thousand buttons would be named
        expect(rows).to_have_count(1000)
        expect(rows.last).to_be_in_viewport()
        assert page.evaluate(LAID_OUT) < 80, "what is out of sight is not laid out"
        page.evaluate(WATCH)
        foreign.clock.move(seconds=2)
        foreign.posts(text="The newest", channel=crowded.id)
        expect(rows.last).to_contain_text("The newest")
        expect(rows.last).to_be_in_viewport()
        assert len(page.evaluate("window.touched")) <= 3, page.evaluate("window.touched")
        page.locator(".messages-scroll").evaluate("node => node.scrollTo(0, node.scrollHeight / 2)")
        before = page.evaluate(FIRST_SEEN)
        foreign.posts(text="Unseen", channel=crowded.id)
        chip = page.locator(".new-chip")
        expect(chip).to_have_text("1 new message")
        assert page.evaluate(FIRST_SEEN) == before, "who reads further up is not moved"
        chip.click()
        expect(rows.last).to_be_in_viewport()


SMALL = """() => [...document.querySelectorAll('button')]
  .filter(button => button.checkVisibility() && button.getBoundingClientRect().height < 24).map(b => b.outerHTML)"""

LAID_OUT = """() => [...document.querySelectorAll('.messages-content [role=article] .message-main')]
  .filter(node => node.checkVisibility({ contentVisibilityAuto: true })).length"""

WATCH = """() => {
  window.touched = [];
  const words = node => node.textContent.slice(-20);
  new MutationObserver(all => all.forEach(each => window.touched.push(
    ...[...each.addedNodes, ...each.removedNodes].map(words)))).observe(document.querySelector('.messages-content'), {
    childList: true }) }"""

FIRST_SEEN = """async () => {
  const scroller = document.querySelector('.messages-scroll');
  const first = () => [...document.querySelectorAll('.messages-content [role=article]')]
    .find(node => node.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top + 1).dataset.ts;
  for (let seen = first(), frames = 0; ; ) {  // rows that come into sight are laid out first: until nothing moves
    await new Promise(requestAnimationFrame);
    frames = first() === seen ? frames + 1 : 0;
    seen = first();
    if (frames > 5) return seen;
  }
}"""


def test_on_a_phones_width(foreign: Foreign, browser: Browser) -> None:
    wide = {"type": "table", "rows": [[{"type": "raw_text", "text": f"Column {n}"} for n in range(12)]] * 2}
    with tab(browser, foreign.url, phone=True) as page:
        foreign.posts(section("w" * 400), BUSY, wide)
        foreign.posts(
            section(
                "Words", accessory=element("static_select", placeholder=plain("Choose " * 10), options=options("A"))
            )
        )
        expect(newest(page, "wwww")).to_be_visible()
        fits(page)
        expect(box(page)).to_be_in_viewport(ratio=1)
        foreign.dialog = modal(*(field(f"Field {n}", "plain_text_input") | {"block_id": f"f{n}"} for n in range(12)))
        box(page).fill("/echo")
        page.get_by_role("button", name="Send").tap()
        dialog = page.get_by_role("dialog", name="A dialog")
        expect(dialog.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
        expect(dialog.get_by_role("button", name="Close dialog")).to_be_in_viewport(ratio=1)
        dialog.get_by_label("Field 11").scroll_into_view_if_needed()
        expect(dialog.get_by_label("Field 11")).to_be_in_viewport(ratio=1)
        fits(page)
        dialog.get_by_role("button", name="Cancel").tap()
        expect(dialog).to_have_count(0)
        bar = page.get_by_role("navigation", name="Parts of the page")
        for part, sight in (("Servers", "panel-server"), ("Inspector", "inspector")):
            bar.get_by_role("button", name=part).tap()
            expect(page.get_by_test_id(sight).first).to_be_visible()
            fits(page)
        bar.get_by_role("button", name="Channels").tap()
        page.get_by_role("link", name=re.compile("general")).tap()
        expect(page.get_by_role("textbox", name="Message #general")).to_be_visible()
        small = page.evaluate(SMALL)
        assert small == [], "buttons are large enough for a finger"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_words_stand_out_from_their_ground(foreign: Foreign, browser: Browser, colours: str) -> None:
    """WCAG's AA: 4.5 to 1, and 3 to 1 for large words, for every text that is shown."""
    foreign.posts(
        section("Words <@U0OLGA> <@U0AMIR> `code` <https://e.com|link>"),
        BUSY,
        {"type": "context", "elements": [plain("soft")]},
    )
    foreign.posts(actions(*(element("button", text=plain(s), style=s, action_id=s) for s in ("primary", "danger"))))
    with tab(browser, foreign.url, colours=colours) as page:
        expect(newest(page, "danger")).to_be_visible()
        assert page.evaluate(FAINT) == []
        foreign.dialog = modal(field("Name", "plain_text_input", placeholder=plain("web-1"), hint=plain("Short.")))
        box(page).fill("/echo")
        box(page).press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Send").click()
        expect(page.get_by_text("Please complete this required field.")).to_be_visible()
        assert page.evaluate(FAINT) == []
        page.keyboard.press("Escape")
