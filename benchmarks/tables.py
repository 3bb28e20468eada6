"""Medians, ratios and Markdown."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.load import Measured

Results = Mapping[str, Mapping[int, Sequence[Measured]]]
"""What was measured, by server and number of connections, round by round."""

LIBRARIES = ("aiohttp", "slack-bolt", "sqlalchemy", "aiosqlite")


def load_table(results: Results, *, beside: Mapping[str, str], otherwise: str) -> str:
    """Medians over the rounds, and ratios to the peer that stands beside each, or to `otherwise`.

    A ratio is taken round by round, and then the median of these: what slows a round down slows both.
    """
    rows = [["", "connections", "requests a second", "p50 ms", "p99 ms", "p50 beside Bolt", "p99 beside Bolt", "late"]]
    rows.append(["---"] + ["---:"] * (len(rows[0]) - 1))
    for number in next(iter(results.values())):
        for label, by_number in results.items():
            mine, theirs = by_number[number], results[beside.get(label, otherwise)][number]
            together = list(zip(mine, theirs, strict=True))
            rows.append(
                [
                    label,
                    str(number),
                    f"{median(each.a_second for each in mine):,.0f}",
                    f"{median(each.p50 for each in mine):.2f}",
                    f"{median(each.p99 for each in mine):.2f}",
                    f"{median(a.p50 / b.p50 for a, b in together):.2f}",
                    f"{median(a.p99 / b.p99 for a, b in together):.2f}",
                    str(sum(each.late for each in mine)),
                ]
            )
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table; the second is the rule."""
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def machine() -> str:
    """When and where this was measured, in one line."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({_processor()}), {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, {libraries}; load averages at the end {busy}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"
