"""Pictures of the page for the documents: taken by `make screenshots`, and by no other run."""

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


def shoot(page: Page, name: str, *, of: str = "", height: int = 0) -> None:
    """A picture of the page, or, so high that nothing scrolls, of a part of it."""
    if not os.environ.get("VPSBOT_SCREENSHOTS"):
        return
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.png"
    if not of:
        page.screenshot(path=path)
        return
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": before["width"], "height": height})
    page.locator(of).first.screenshot(path=path)
    page.set_viewport_size(before)
