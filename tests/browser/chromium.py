"""The Chromium that the browser tests drive: found, or got by `make test` where that is possible (`make chromium`)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPT_OUT = "VPSBOT_NO_BROWSER"
LEFT_OUT = f"There is no Chromium here, and {OPT_OUT} is set: no browser test ran."
MISSING = (
    "There is no Chromium here, and the browser tests need one. Get it with `sudo apt-get install -y chromium`, or "
    f"`.venv/bin/playwright install --with-deps chromium`; {OPT_OUT}=1 leaves these tests out."
)
PATIENCE = 600
"""Seconds that getting it may take."""


def found() -> str | None:
    """The Chromium of this machine, else the one that Playwright keeps in the user's cache."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or _of_playwright()


def left_out(environment: Mapping[str, str]) -> bool:
    """Whether a missing Chromium was agreed to. In CI nobody reads what was skipped, so there it never is."""
    return bool(environment.get(OPT_OUT)) and not environment.get("CI")


def go_without(items: Sequence[pytest.Item], environment: Mapping[str, str]) -> None:
    """A missing Chromium is a failure, or a printed skip where somebody agreed to it."""
    if not left_out(environment):
        pytest.exit(MISSING, returncode=1)
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.skip(reason=LEFT_OUT))


def get() -> str | None:
    """Tries what this person may do here; gives what was found then."""
    for command in _ways():
        sys.stderr.write(f"There is no Chromium here yet. Trying: {' '.join(command)}\n")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        try:
            subprocess.run(command, check=False, timeout=PATIENCE, env=environment, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired) as error:
            sys.stderr.write(f"{error}\n")
        if (chromium := found()) and _starts(chromium):
            return chromium
    return None


def _ways() -> Iterator[list[str]]:
    """Debian's own brings the libraries it needs, but only root may; Playwright's lies in the user's cache."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        yield ["apt-get", "update", "-qq"]
        yield ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-color-emoji"]
    yield [sys.executable, "-m", "playwright", "install", "chromium"]


def _starts(chromium: str) -> bool:
    """Whether it runs at all: one without its libraries lies there and doesn't."""
    return subprocess.run([chromium, "--version"], check=False, capture_output=True).returncode == 0


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    if not found() and not left_out(os.environ) and not get():
        sys.exit(MISSING)
