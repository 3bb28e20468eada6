"""The newest blocks in a person's hands: a container unfolds, a data table is sorted, searched and paged."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.foreign import Foreign
from tests.browser.kinds import section
from tests.browser.newest import FOLDED, SERVERS
from tests.browser.test_blocks import drawn

pytestmark = pytest.mark.browser


def test_a_container_is_unfolded_and_stays_so_while_its_blocks_change(foreign: Foreign, window: Page) -> None:
    folded = FOLDED | {"block_id": "night"}
    message = drawn(foreign, window, folded)
    inside = message.get_by_text("The log of the night")
    expect(inside).to_be_hidden()
    message.get_by_text("Seven lines").click()
    expect(inside).to_be_visible()
    ts = message.get_attribute("data-ts")
    changed = folded | {"child_blocks": [section("The log of the day")]}
    foreign.api("chat.update", channel="C0OPS", ts=ts, text="x", blocks=[changed])
    expect(message.get_by_text("The log of the day")).to_be_visible()


def test_a_data_table_is_sorted_searched_and_paged(foreign: Foreign, window: Page) -> None:
    message = drawn(foreign, window, SERVERS)
    names = message.get_by_role("rowheader")
    expect(names).to_have_text(["web-1", "web-2"])
    message.get_by_role("button", name="Next rows").click()
    expect(names).to_have_text(["db-1"])
    expect(message.get_by_role("button", name="Next rows")).to_be_disabled()
    load = message.get_by_role("columnheader", name="Load")
    for way, first in (("ascending", "web-1"), ("descending", "web-2")):  # by number: as words, 12.5 % comes first
        load.get_by_role("button").click()
        expect(load).to_have_attribute("aria-sort", way)
        expect(names.first).to_have_text(first)
    message.get_by_role("searchbox", name="Find in the table").fill("db")
    expect(names).to_have_text(["db-1"])
    expect(message.get_by_role("status")).to_have_text("1–1 of 1")
    with window.expect_response("**/_local/act"):
        message.get_by_role("button", name="Stop").click()
    assert foreign.action()["value"] == "db-1"
    message.get_by_role("searchbox").fill("nobody")
    expect(message).to_contain_text("No row has these words.")
