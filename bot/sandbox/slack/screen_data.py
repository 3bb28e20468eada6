"""Charts, tasks and the cells of tables as a person reads them: plain text, for `screen`."""

from collections.abc import Callable, Iterator

from bot.sandbox.slack.model import Json

Words = Callable[[Json], str]
"""Gives the words of a part: rich text, a number, a cell."""


def table_lines(rows: list[list[Json]], words: Words) -> Iterator[str]:
    """A line for each row."""
    for row in rows:
        yield " | ".join(words(cell) for cell in row)


def chart_lines(block: Json) -> Iterator[str]:
    """A chart's title, then what it shows: `label: value`, line by line for each series."""
    chart = block["chart"]
    yield block["title"]
    if chart["type"] == "pie":
        yield ", ".join(f"{each['label']}: {each['value']:g}" for each in chart["segments"])
        return
    for series in chart["series"]:
        yield f"{series['name']}: " + ", ".join(f"{each['label']}: {each['value']:g}" for each in series["data"])


def plan_lines(plan: Json, words: Words) -> Iterator[str]:
    """A plan's title, then its tasks."""
    yield plan["title"]
    for task in plan.get("tasks") or ():
        yield from task_lines(task, words)


def task_lines(task: Json, words: Words) -> Iterator[str]:
    """A task: where it stands and its title, what it did and found, and from where."""
    title = "" if task.get("hide_title") else task["title"]
    yield f"({task.get('status', 'pending').replace('_', ' ')}) {title}".rstrip()
    yield from (words(task[name]) for name in ("details", "output") if task.get(name))
    if sources := task.get("sources"):
        yield " ".join(source["text"] for source in sources)
