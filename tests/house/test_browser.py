"""A machine without a Chromium: the checks fail with a sentence, unless somebody agreed to leave the browser out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium
from tests.house.project import ROOT


def test_make_test_fails_with_a_sentence_where_no_chromium_can_be_got(tmp_path: Path) -> None:
    """Nothing is on the PATH, nothing in the user's cache, and Playwright reaches nobody."""
    bare = {name: value for name, value in os.environ.items() if name not in ("CI", chromium.OPT_OUT)}
    bare |= {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    bare |= {"PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "tests.browser.chromium"]
    tried = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=120, check=False)
    assert tried.returncode == 1
    assert "playwright install chromium" in tried.stderr
    assert tried.stderr.strip().endswith(chromium.MISSING)


def test_pytest_alone_ends_with_the_same_sentence() -> None:
    with pytest.raises(pytest.exit.Exception, match="There is no Chromium here, and the browser tests need one") as end:
        chromium.go_without([], {})
    assert end.value.returncode == 1


def test_who_agreed_to_it_gets_a_printed_skip_of_the_browser_tests_alone(request: pytest.FixtureRequest) -> None:
    here = request.node
    there = pytest.Function.from_parent(here.parent, name="test_somewhere", callobj=lambda: None)
    there.path = ROOT / "tests" / "browser" / "test_keyboard.py"
    chromium.go_without([here, there], {chromium.OPT_OUT: "1"})
    assert here.get_closest_marker("skip") is None
    skip = there.get_closest_marker("skip")
    assert skip is not None and skip.kwargs["reason"] == chromium.LEFT_OUT


@pytest.mark.parametrize(
    ("environment", "agreed"),
    [({}, False), ({"VPSBOT_NO_BROWSER": "1"}, True), ({"VPSBOT_NO_BROWSER": "1", "CI": "true"}, False)],
    ids=["nobody said anything", "somebody agreed", "in CI nobody can agree"],
)
def test_who_can_agree(environment: dict[str, str], agreed: bool) -> None:
    assert chromium.left_out(environment) is agreed
