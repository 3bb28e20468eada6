"""Pictures of the page for the documents: taken by `make screenshots`, and by no other run."""

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

DRAWN = "node => node.querySelectorAll('.message').forEach((each) => (each.style.contentVisibility = 'visible'))"
"""A message out of sight is not drawn, and its height is a guess."""


def shoot(page: Page, name: str, *, of: str = "") -> None:
    """A picture of the page, or of all of a part that may scroll."""
    if not os.environ.get("VPSBOT_SCREENSHOTS"):
        return
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.png"
    if not of:
        page.screenshot(path=path)
        return
    before, part = page.viewport_size, page.locator(of).first
    assert before is not None
    part.evaluate(DRAWN)
    height = int(part.evaluate("node => node.scrollHeight"))
    page.set_viewport_size({"width": before["width"], "height": height + before["height"]})
    part.screenshot(path=path)
    page.set_viewport_size(before)
