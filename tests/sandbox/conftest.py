"""Prints the rules of the local Slack, each with its outcome: with `-v` the whole table, else one line."""

from typing import Any

import pytest

OUTCOMES = ("passed", "failed", "error")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Adds the table to the end of a test run."""
    found = [
        (report.nodeid, outcome)
        for outcome in OUTCOMES
        for report in terminalreporter.stats.get(outcome, [])
        if "/test_slack_" in getattr(report, "nodeid", "")
    ]
    if not found:
        return
    broken = [nodeid for nodeid, outcome in found if outcome != "passed"]
    verdict = "all green" if not broken else f"{len(broken)} of them broken"
    terminalreporter.write_line(f"The rules of the local Slack: {len(found)}, {verdict}.")
    if config.get_verbosity() > 0:
        for nodeid, outcome in sorted(found):
            topic, _, name = nodeid.rpartition("/test_slack_")[2].partition(".py::test_")
            terminalreporter.write_line(f"  {'ok' if outcome == 'passed' else 'BROKEN':7}{topic:10}{_sentence(name)}")


def _sentence(name: str) -> str:
    words, _, given = name.partition("[")
    given = given.removesuffix("]")
    return (
        given
        if words in ("messages", "views", "refused", "what_must_not_be_empty")
        else f"{words} {given}".replace("_", " ")
    )
