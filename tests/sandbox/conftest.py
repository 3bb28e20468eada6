"""The rules of the local Slack, printed by the runs that show them: `make rules`, `pytest tests/sandbox`.

A row is a test: its parameter `what` or `sentence`, else its name in words; and the error Slack gives: the parameter
`error`, or what the marker `refuses` names.
"""

from typing import Any

import pytest

WORST_FIRST = ("error", "failed", "passed")
RULE, ERROR = "slack rule", "slack error"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives each of these tests its rule and error; they travel with its report, also from another process."""
    for item in items:
        if isinstance(item, pytest.Function) and item.path.name.startswith("test_slack_"):
            given: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
            named = item.get_closest_marker("refuses")
            error = given.get("error", " ".join(named.args) if named else "")
            rule = given.get("what") or given.get("sentence") or _in_words(item.name)
            item.user_properties += [(RULE, rule), (ERROR, error)]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Adds one line to the end of any run that shows rules, and the table to one that shows nothing else."""
    rows: dict[str, tuple[str, str]] = {}
    for outcome in WORST_FIRST:
        for report in terminalreporter.stats.get(outcome, []):
            properties = dict(getattr(report, "user_properties", ()))
            if RULE in properties:
                rows.setdefault(report.nodeid, (outcome, _row(report.nodeid, properties)))
    if not rows:
        return
    broken = sum(outcome != "passed" for outcome, _ in rows.values())
    terminalreporter.write_line(
        f"The rules of the local Slack: {len(rows)}, {f'{broken} of them broken' if broken else 'all green'}."
    )
    if "slack" in config.getoption("keyword") or all("tests/sandbox" in asked for asked in config.args):
        for _, (outcome, row) in sorted(rows.items()):
            terminalreporter.write_line(f"  {'ok' if outcome == 'passed' else 'BROKEN':7}{row}".rstrip())


def _row(nodeid: str, properties: dict[str, str]) -> str:
    topic = nodeid.rpartition("/test_slack_")[2].partition(".py::")[0]
    return f"{topic:10}{properties[RULE]:96}{properties[ERROR]}"


def _in_words(name: str) -> str:
    words, _, given = name.removeprefix("test_").partition("[")
    return f"{words} {given.removesuffix(']')}".replace("_", " ").strip()
