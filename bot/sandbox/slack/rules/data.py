"""Tables that are sorted and paged, and charts.

Fields from docs.slack.dev/reference/block-kit/blocks/data-table-block and …/data-visualization-block; the sizes as
Slack raised them in 2026 (201 rows with the header, 20,000 characters in all cells of a message, 12 segments or
series), cells with a button and the surfaces also from `skills/block-kit` of slackapi/slack-skills-plugin. The longest
caption is not published: it has the longest text of a text object.
"""

from bot.sandbox.slack.rules.blocks import CELLS, ID, unique_among
from bot.sandbox.slack.rules.checks import above_zero, many, number, string, whole
from bot.sandbox.slack.rules.finding import Found, Json
from bot.sandbox.slack.rules.rich_text import RICH_TEXT
from bot.sandbox.slack.rules.shapes import check_part, one_of_kinds, part, shape, typed_part

ROWS = 201
"""With the header."""
COLUMNS = 20
CAPTION = 3000
POINTS = 20
SERIES = 12

shape(
    "action_cell",
    {
        "element": typed_part(("button",), "a cell with a button"),
        "fallback": typed_part(("raw_text", "raw_number"), "the fallback of a cell"),
    },
    required=("element",),
)


def buttons_in(table: Json) -> list[Json]:
    """The buttons in the cells of a data table, row by row."""
    return [cell["element"] for row in table["rows"] for cell in row if cell["type"] == "action_cell"]


def _plain_header(table: Json, at: str, found: Found) -> None:
    for n, cell in enumerate(table["rows"][0]):
        if cell["type"] == RICH_TEXT.kind:
            found.add(f"{at}/rows/0/{n}", "unsupported type: rich_text")


def _even_rows(table: Json, at: str, found: Found) -> None:
    if len({len(row) for row in table["rows"]}) > 1:
        found.add(f"{at}/rows", "all rows must have the same number of cells")


_ROW = many(one_of_kinds((*CELLS, "action_cell"), "a data table's cell"), "cells", 1, COLUMNS)
shape(
    "data_table",
    {
        **ID,
        "rows": many(_ROW.run, f"rows of 1 to {COLUMNS} cells", 2, ROWS),
        "caption": string(CAPTION, 1),
        "page_size": whole(1, 100),
        "row_header_column_index": whole(0, COLUMNS - 1),
    },
    required=("rows", "caption"),
    specials=[
        ("header", "No cell of a data table's first row, its header, is rich_text.", _plain_header),
        ("rows", "All rows of a data table have the same number of cells.", _even_rows),
        unique_among(buttons_in),
    ],
    surfaces=("message", "home"),
)

shape("segment", {"label": string(20, 1), "value": above_zero()}, required=("label", "value"), typed=False)
shape("data point", {"label": string(20, 1), "value": number()}, required=("label", "value"), typed=False)
shape(
    "data series",
    {
        "name": string(20, 1),
        "data": many(lambda v, at, f: check_part(v, at, f, "data point"), "data points", 1, POINTS),
    },
    required=("name", "data"),
    typed=False,
)
shape(
    "axis_config",
    {
        "categories": many(string(20, 1).run, "categories of 1 to 20 characters", 1, POINTS),
        "x_label": string(50),
        "y_label": string(50),
    },
    required=("categories",),
    typed=False,
)


def _names_once(chart: Json, at: str, found: Found) -> None:
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) != len(names):
        found.add(f"{at}/series", "names of series must be unique")


def _a_point_each(chart: Json, at: str, found: Found) -> None:
    categories = sorted(chart["axis_config"]["categories"])
    for n, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != categories:
            found.add(f"{at}/series/{n}/data", "must have one data point for each category")


shape(
    "pie chart",
    {"segments": many(lambda v, at, f: check_part(v, at, f, "segment"), "segments", 1, SERIES)},
    required=("segments",),
)
for _kind in ("bar", "area", "line"):
    shape(
        f"{_kind} chart",
        {
            "series": many(lambda v, at, f: check_part(v, at, f, "data series"), "series", 1, SERIES),
            "axis_config": part("axis_config"),
        },
        required=("series", "axis_config"),
        specials=[
            ("names", "No two series of a chart have one name.", _names_once),
            ("points", "Each series of a chart has exactly one data point for each category.", _a_point_each),
        ],
    )
shape(
    "data_visualization",
    {
        **ID,
        "title": string(50, 1),
        "chart": typed_part(("pie chart", "bar chart", "area chart", "line chart"), "a chart"),
    },
    required=("title", "chart"),
    surfaces=("message", "home"),
)
DATA = ("data_table", "data_visualization")
