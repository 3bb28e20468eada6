"""Block Kit's newest blocks, for the tests of the page: containers, tables that are sorted, charts, tasks."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.kinds import Json, actions, element, marked, option, part, plain, rich, said, section
from tests.browser.looks import Look, has, named, texts

PICTURE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A rack"}


def cell(text: str) -> Json:
    """A cell of words."""
    return {"type": "raw_text", "text": text}


def number(value: float, text: str) -> Json:
    """A cell of a number."""
    return {"type": "raw_number", "value": value, "text": text}


def pressed(text: str, value: str) -> Json:
    """A cell with a button."""
    return {"type": "action_cell", "element": element("button", text=plain(text), value=value) | {"action_id": value}}


def chart(kind: str, **series: list[float]) -> Json:
    """A chart over four days."""
    days = ["Mon", "Tue", "Wed", "Thu"]
    drawn = [
        {"name": name, "data": [{"label": day, "value": value} for day, value in zip(days, values, strict=True)]}
        for name, values in series.items()
    ]
    axis = {"categories": days, "x_label": "Day", "y_label": "Load (%)"}
    return {
        "type": "data_visualization",
        "title": f"Load as {kind}",
        "chart": {"type": kind, "series": drawn, "axis_config": axis},
    }


def container(*blocks: Json, **more: Any) -> Json:
    """A container."""
    return {"type": "container", "title": plain("Two servers wait"), "child_blocks": list(blocks), **more}


PIE = {
    "type": "data_visualization",
    "title": "Servers by place",
    "chart": {
        "type": "pie",
        "segments": [
            {"label": "Falkenstein", "value": 6},
            {"label": "Helsinki", "value": 3},
            {"label": "X", "value": 1},
        ],
    },
}
CONTAINER = container(
    section("*web-1* is stopped"),
    actions(element("static_select", options=[option("Start"), option("Delete")], placeholder=plain("What to do"))),
    subtitle=marked("Choose for *each*"),
    icon=PICTURE,
    has_header_divider=True,
)
FOLDED = container(section("The *log* of the night"), is_collapsible=True, default_collapsed=True, width="wide") | {
    "rich_text_title": rich(part("section", said("Seven"), said(" lines", bold=True)))
}
SERVERS = {
    "type": "data_table",
    "caption": "Servers by load",
    "page_size": 2,
    "rows": [
        [cell("Server"), cell("Load"), cell("Do")],
        [cell("web-1"), number(9, "9 %"), pressed("Stop", "web-1")],
        [rich(part("section", said("web-2", bold=True))), number(70, "70 %"), pressed("Stop", "web-2")],
        [cell("db-1"), number(12.5, "12.5 %"), pressed("Stop", "db-1")],
    ],
}
TASK = {
    "type": "task_card",
    "task_id": "look",
    "title": "Looked at the servers",
    "status": "complete",
    "details": rich(part("section", said("all of Falkenstein"))),
    "output": rich(part("section", said("2 of 7 are stopped"))),
    "sources": [{"type": "url", "url": "https://example.com/status", "text": "status page"}],
}
PLAN = {
    "type": "plan",
    "title": "Looking around",
    "tasks": [
        TASK,
        TASK | {"task_id": "start", "title": "Starting web-1", "status": "in_progress", "sources": []},
        {"task_id": "tell", "title": "Tell Olga", "hide_title": True, "details": rich(part("section", said("Soon.")))},
        {"type": "task_card", "task_id": "stop", "title": "Couldn't stop db-1", "status": "error"},
    ],
}
NEW_LOOKS: dict[str, tuple[Json, list[Look]]] = {
    "container": (CONTAINER, [texts("Two servers wait", "web-1 is stopped"), named("combobox", "What to do")]),
    "container that folds": (FOLDED, [has("summary", "Seven lines"), has("summary strong", " lines")]),
    "data table": (
        SERVERS,
        [
            named("region", "Servers by load"),
            named("columnheader", "Load"),
            named("rowheader", "web-2"),
            texts("1–2 of 3"),
        ],
    ),
    "pie": (
        PIE,
        [named("img", "Pie chart: Falkenstein 6, Helsinki 3, X 1"), texts("Servers by place", "Helsinki: 3 (30 %)")],
    ),
    "bars": (
        chart("bar", web=[20, 35, 10, 0], db=[5, -5, 12.5, 40]),
        [
            named("img", "Bar chart: web: Mon 20, Tue 35, Wed 10, Thu 0; db: Mon 5, Tue -5, Wed 12.5, Thu 40"),
            texts("Day"),
        ],
    ),
    "areas": (chart("area", web=[20, 35, 10, 0], db=[5, 5, 12, 40]), [has(".chart-area", count=2), texts("Load (%)")]),
    "lines": (
        chart("line", web=[20, 35, 10, 0]),
        [has(".chart-line"), has(".chart-part", count=4), texts("web", "Thu")],
    ),
    "task": (TASK, [texts("Complete: ", "all of Falkenstein", "2 of 7"), named("link", "status page")]),
    "plan": (
        PLAN,
        [
            named("heading", "Looking around"),
            has(".task", count=4),
            texts("In progress: Starting web-1", "Error: ", "Soon."),
            lambda message: expect(message).not_to_contain_text("stopped0"),  # no sources are no word
        ],
    ),
}
"""A block, and what is seen of it."""
