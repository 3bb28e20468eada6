"""The campaigns' figures, gathered from the reports of all workers and printed at the end."""

from collections import Counter
from collections.abc import Mapping

import pytest

from tests.faults.judge import Harm
from tests.faults.rounds import Played

PROPERTY = "faults"


def of_round(played: Played) -> dict[str, int]:
    """What a round adds to the figures."""
    harms = Counter(finding.harm.value for finding in played.findings)
    facts = {"rounds": 1, "killed": played.killed, "posts": played.posts, "torn": played.told_twice}
    return facts | {harm.value: harms[harm.value] for harm in Harm}


def summary(figures: Mapping[str, int]) -> str:
    """The figures as sentences."""
    harms = ", ".join(f"{harm} {figures[harm]}" for harm in Harm)
    return "\n".join(
        (
            f"{figures['rounds']} rounds, {figures['killed']} processes killed with -9.",
            f"{figures['posts']} calls at the provider that change something.",
            f"{harms}.",
            f"Told twice, because the bot died between Slack's answer and its own commit: {figures['torn']}.",
        )
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints them, if any campaign ran."""
    figures: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == PROPERTY and report.when == "call":
                    figures.update(value)
    if figures:
        terminalreporter.section("fault campaigns")
        terminalreporter.line(summary(figures))
