"""The page around the blocks: people, workspaces, threads, unread marks, reload, inspector, clock, faults."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.sandbox.vps.faults import KINDS
from tests.browser.conftest import DESKTOP, opened
from tests.browser.foreign import Foreign
from tests.browser.kinds import BUSY, actions, element, option, options, plain, section
from tests.browser.tabs import box, newest, tab

pytestmark = pytest.mark.browser


def test_two_people_see_each_others_changes(foreign: Foreign, window: Page, browser: Browser) -> None:
    with tab(browser, foreign.address("U0AMIR")) as amir:
        box(window).fill("Who takes web-1? 1 &lt; 2 <b>")
        box(window).press("Enter")
        expect(newest(amir, "Who takes web-1?")).to_contain_text("1 &lt; 2 <b>")
        ts = foreign.posts(section("web-1 waits"), BUSY)
        foreign.after_click = lambda got: (
            "chat.update",
            {
                "channel": got["channel"]["id"],
                "ts": ts,
                "text": "Taken",
                "blocks": [section(f"<@{got['user']['id']}> has it")],
            },
        )
        newest(window, "web-1 waits").get_by_role("button", name="Take it").click()
        for each, words in ((amir, "@Olga Operator has it"), (window, "@Olga Operator has it")):
            expect(newest(each, words)).to_be_visible()
            expect(each.get_by_text("web-1 waits")).to_have_count(0)
        foreign.api("chat.postEphemeral", channel="C0OPS", user="U0AMIR", text="For Amir alone")
        expect(newest(amir, "For Amir alone").get_by_test_id("ephemeral-mark")).to_have_text("Only visible to you")
        foreign.api("chat.delete", channel="C0OPS", ts=ts)
        for each in (amir, window):
            expect(each.get_by_text("has it")).to_have_count(0)
        expect(window.get_by_text("For Amir alone")).to_have_count(0)


def test_seven_tabs_of_one_browser_are_live(foreign: Foreign, browser: Browser) -> None:
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    people = ("U0OLGA", "U0AMIR") * 3 + ("U0OLGA",)  # a browser grants an origin six event streams
    tabs = [opened(context.new_page(), foreign.address(user)) for user in people]
    foreign.posts(text="To everybody")
    for each in tabs:
        expect(newest(each, "To everybody")).to_be_visible()
    context.close()


LATE_EVENTS = """
    window.waiting = [];
    window.WebSocket = class extends WebSocket {
      addEventListener(type, hear) {
        super.addEventListener(type, type === "open" ? (event) => this.later(() => hear(event)) : hear);
      }
      later(go) {
        window.waiting.push(go);
        document.documentElement.dataset.waiting = "true";
      }
    };
"""


def test_nothing_is_typed_before_there_is_a_channel_for_it(foreign: Foreign, page: Page) -> None:
    page.add_init_script(LATE_EVENTS)
    page.goto(foreign.url)
    page.locator("html[data-waiting]").wait_for()
    expect(box(page)).to_be_disabled()
    page.evaluate("window.waiting.forEach((go) => go())")
    box(page).fill("Here I am")
    box(page).press("Enter")
    expect(newest(page, "Here I am")).to_be_visible()


def test_threads(foreign: Foreign, window: Page, browser: Browser) -> None:
    ts = foreign.posts(text="Deleting web-1")
    row = newest(window, "Deleting web-1")
    row.hover()
    row.get_by_role("button", name="Reply in thread").click()
    thread = window.get_by_role("complementary", name="Thread")
    reply = thread.get_by_role("textbox", name="Reply")
    expect(reply).to_be_focused()
    reply.fill("Why?")
    reply.press("Enter")
    expect(thread.get_by_role("log", name="Replies")).to_contain_text("Why?")
    foreign.posts(text="Because.", thread_ts=ts)
    expect(thread.get_by_role("log", name="Replies")).to_contain_text("Because.")
    expect(row.get_by_role("button", name=re.compile("2 replies"))).to_be_visible()
    expect(window.get_by_role("log", name="Messages")).not_to_contain_text("Because.")
    reply.fill("/echo")
    reply.press("Enter")
    expect(thread.get_by_role("alert").filter(has_text="Commands can't be used in threads.")).to_be_visible()
    reply.press("Escape")
    expect(thread).to_have_count(0)
    expect(row.get_by_role("button", name="Reply in thread")).to_be_focused()


def test_unread_marks_and_mentions(foreign: Foreign, window: Page) -> None:
    foreign.posts(text="Over here, <@U0OLGA>", channel="C0GENERAL")
    foreign.posts(text="And once more", channel="C0GENERAL")
    link = window.get_by_role("navigation", name="Conversations").get_by_role("link", name=re.compile("general"))
    expect(link).to_contain_text("2 unread")
    expect(window).to_have_title(re.compile(r"^\(2\) "))
    link.click()
    expect(window.get_by_role("separator", name="New messages")).to_be_visible()
    expect(newest(window, "Over here").locator(".mention-me")).to_have_text("@Olga Operator")
    window.get_by_role("link", name=re.compile("ops")).first.click()
    expect(link).not_to_contain_text("unread")


def test_where_one_is_survives_a_reload(foreign: Foreign, window: Page) -> None:
    foreign.home = [section("Hello at *home*"), actions(element("static_select", options=options("A", "B")))]
    window.get_by_role("link", name=re.compile("Echo")).click()
    window.get_by_role("tab", name="Home").click()
    home = window.get_by_role("tabpanel", name="Home")
    expect(home).to_contain_text("Hello at home")
    home.get_by_role("combobox").press("Enter")
    with window.expect_response("**/_local/act"):
        window.get_by_role("option", name="B").click()
    assert foreign.action()["selected_option"] == option("B")
    window.get_by_role("button", name=re.compile("Colours|Theme|theme")).click()
    theme = window.locator("html").get_attribute("data-theme")
    opened(window, window.url)
    expect(window.get_by_role("tabpanel", name="Home")).to_contain_text("Hello at home")
    expect(window.get_by_test_id("person-menu")).to_contain_text("Olga Operator")
    assert window.locator("html").get_attribute("data-theme") == theme
    window.get_by_role("tab", name="Home").press("ArrowRight")
    expect(window.get_by_role("textbox", name="Message Echo")).to_be_visible()
    opened(window, foreign.url)


def test_what_was_chosen_in_a_message_survives_a_reload(foreign: Foreign, window: Page) -> None:
    sizes = element("static_select", options=options("Small", "Large"), initial_option=option("Small"))
    ts = foreign.posts(section("Which?"), actions(sizes, element("checkboxes", options=options("Logs", "Disks"))))
    message = window.locator(f"[data-ts='{ts}']")
    message.get_by_role("combobox").click()
    with window.expect_response("**/_local/act"):
        window.get_by_role("option", name="Large").click()
    with window.expect_response("**/_local/act"):
        message.get_by_role("checkbox", name="Disks").check()
    opened(window, foreign.url)
    expect(message.get_by_role("combobox")).to_have_value("Large")
    expect(message.get_by_role("checkbox", name="Disks")).to_be_checked()
    blocks = [section("Again"), actions(sizes | {"initial_option": option("Small")})]
    foreign.api("chat.update", channel="C0OPS", ts=ts, text="Again", blocks=blocks)
    expect(message.get_by_role("combobox")).to_have_value("Small")


def test_a_lost_connection_comes_back_with_all_that_was_missed(foreign: Foreign, window: Page) -> None:
    box(window).fill("half a sentence")

    async def lose() -> None:
        foreign.slack.server.local.stop()

    async def come_back() -> None:
        foreign.slack.server.local.start()

    foreign.wait(lose())
    foreign.posts(text="Said meanwhile")
    foreign.wait(come_back())
    expect(newest(window, "Said meanwhile")).to_be_visible()
    expect(window.get_by_role("status").filter(has_text="Reconnecting…")).to_have_count(0)
    expect(box(window)).to_have_value("half a sentence")
    box(window).fill("")


def test_two_workspaces_stay_apart(foreign: Foreign, browser: Browser) -> None:
    with tab(browser, foreign.url) as page:
        page.get_by_test_id("team-menu").click()
        page.get_by_role("menuitemradio", name="Globex").click()
        expect(page.get_by_test_id("person-menu")).to_contain_text("Hank Scorpio")
        expect(page.get_by_role("link", name=re.compile("lab"))).to_be_visible()
        expect(page.get_by_role("link", name=re.compile("ops"))).to_have_count(0)
        foreign.api("chat.postMessage", of=foreign.other, channel="C0LAB", text="Only in Globex")
        expect(newest(page, "Only in Globex")).to_be_visible()
        page.get_by_test_id("panel").get_by_role("tab", name="Inspector").click()
        expect(page.get_by_test_id("inspector")).to_contain_text("chat.postMessage")
    assert not any(m.text == "Only in Globex" for m in foreign.ops.messages.values())


def test_the_inspector_says_which_rule_was_broken(foreign: Foreign, window: Page) -> None:
    inspector = window.get_by_test_id("inspector")
    window.get_by_test_id("panel").get_by_role("tab", name="Inspector").click()
    answer = foreign.api(
        "chat.postMessage", channel="C0OPS", text="x", blocks=[{"type": "header", "text": plain("h" * 151)}]
    )
    assert answer["error"] == "invalid_blocks"
    broken = inspector.locator("details.is-broken").first
    expect(broken).to_contain_text(re.compile(r"header.*150", re.I))
    expect(broken.locator("summary")).to_contain_text("invalid_blocks")
    broken.locator("summary").click()
    expect(broken.get_by_role("heading", name="The app asked")).to_be_visible()
    expect(broken).to_contain_text("hhhhh")
    expect(broken).to_contain_text("invalid_blocks")
    box(window).fill("/echo *raw*")
    box(window).press("Enter")
    command = inspector.locator("details[data-kind=command]").first
    command.locator("summary").press("Enter")
    expect(command).to_contain_text("trigger_id")
    expect(command).to_contain_text("Said again.")
    foreign.api("chat.postMessage", channel="C0NONE", text="x")
    met = inspector.locator("details", has_text="channel_not_found").first
    expect(met.locator(".exchange-notes")).to_contain_text("A bot knows the public channels of its workspace")
    inspector.get_by_label("Only broken rules").check()
    expect(command).to_be_hidden()
    expect(met).to_be_hidden()
    expect(broken).to_be_visible()
    inspector.get_by_label("Only broken rules").uncheck()
    window.get_by_role("tab", name="Inspector").press("ArrowLeft")
    expect(window.get_by_role("tab", name="Servers")).to_be_focused()


def test_the_clock_moves_and_a_fault_is_switched(foreign: Foreign, window: Page) -> None:
    window.get_by_role("tab", name="Servers").click()
    clock, before = window.get_by_test_id("clock"), foreign.clock.time()
    with window.expect_response("**/_local/clock"):
        clock.get_by_role("button", name="+1 h").click()
    assert foreign.clock.time() - before == 3600
    expect(clock).to_contain_text(re.compile(r"\d+ (h|min).* ahead"))
    expect(clock).to_contain_text("requests to it are signed with the real time")
    panel = window.get_by_test_id("panel")
    expect(panel.get_by_test_id("panel-server")).to_have_count(12)
    down = panel.get_by_role("switch", name="The provider is down (503)")
    lost = panel.get_by_role("switch", name=re.compile("next reboot's answer gets lost"))
    for switch in (down, lost):
        with window.expect_response("**/panel/faults"):
            switch.click()
        expect(switch).to_be_checked()
    expect(panel.get_by_role("button", name="Clear all")).to_be_enabled()
    assert {fault.kind for fault in foreign.vps.faults()} == {"status", "lost_reply"}
    lost.press("Space")
    expect(lost).not_to_be_checked()
    expect(panel.get_by_role("heading", name="Make something go wrong 1")).to_be_visible()
    assert [fault.kind for fault in foreign.vps.faults()] == ["status"]
    window.reload()
    expect(down).to_be_checked()
    panel.get_by_role("button", name="Clear all").click()
    expect(down).not_to_be_checked()
    assert foreign.vps.faults() == []


def test_every_fault_has_a_switch_that_arms_it(foreign: Foreign, window: Page) -> None:
    window.get_by_role("tab", name="Servers").click()
    switches = window.get_by_test_id("panel").get_by_role("switch")
    for n in range(switches.count()):
        switch = switches.nth(n)
        with window.expect_response(lambda r: r.url.endswith("/panel/faults") and r.request.method == "POST") as armed:
            switch.click()
        assert armed.value.ok, switch.inner_text()
        expect(switch).to_be_checked()
    assert {fault.kind for fault in foreign.vps.faults()} == KINDS, "each kind can be tried from the page"
    window.get_by_role("button", name="Clear all").click()
    expect(window.get_by_role("switch", checked=True)).to_have_count(0)
