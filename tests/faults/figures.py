"""The campaigns' figures, gathered from the reports of all workers and printed at the end."""

from collections import Counter
from collections.abc import Mapping

import pytest

from tests.faults.judge import Harm
from tests.faults.rounds import Played

PROPERTY = "faults"
OF_REPLICAS = "replicas"
BLOW = "blow: "


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


def summary_of_replicas(figures: Mapping[str, int]) -> str:
    """Those of three replicas with twenty workspaces on one PostgreSQL."""
    blows = ", ".join(f"{name.removeprefix(BLOW)} {times}" for name, times in figures.items() if name.startswith(BLOW))
    harms = ", ".join(
        f"{harm} {figures[harm]}"
        for harm in ("servers bought twice", "operations lost", "called twice", "notices lost", "notices doubled")
    )
    return "\n".join(
        (
            f"Three replicas, twenty workspaces: {figures['sessions']} sessions, {figures['blows']} blows ({blows}).",
            f"{figures['operations']} operations, {figures['creations']} of them creations; {figures['posts']} calls "
            f"that change something; {figures['killed']} processes killed with -9.",
            f"Purchases whose answer got lost: {figures['answers_lost']}, of which the list showed "
            f"{figures['shown_late']} late.",
            f"{harms}.",
            f"Messages that Slack took from a process which died or stopped before it could say so: {figures['torn']}; "
            f"told twice for that: {figures['told_twice']}.",
        )
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints them, if any campaign ran."""
    summaries = {PROPERTY: summary, OF_REPLICAS: summary_of_replicas}
    figures: dict[str, Counter[str]] = {name: Counter() for name in summaries}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name in figures and report.when == "call":
                    figures[name].update(value)
    if any(figures.values()):
        terminalreporter.section("fault campaigns")
    for name, found in figures.items():
        if found:
            terminalreporter.line(summaries[name](found))
