"""Block Kit's newest blocks: containers, tables that are sorted and paged, charts, tasks and plans."""

from typing import Any

import pytest

from .slack_parts import Block, Make, mrkdwn, option, plain, select
from .slack_refusing import refuses_in_a_dialog, refuses_in_a_message, takes_so_many_in_a_message
from .slack_stage import button, stage, text_block

SAID = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]}
PICTURE = {"type": "image", "image_url": "https://x.org/i.png", "alt_text": "x"}


def container(*blocks: Block, **more: Any) -> list[Block]:
    return [{"type": "container", "title": plain(5), "child_blocks": list(blocks) or [text_block()], **more}]


def cell(n: int = 1) -> Block:
    return {"type": "raw_text", "text": "x" * n}


def pressed(**more: Any) -> Block:
    return {"type": "action_cell", "element": button(**more), "fallback": cell()}


def data_table(*rows: list[Block], **more: Any) -> list[Block]:
    return [{"type": "data_table", "caption": "Load", "rows": list(rows) or [[cell()], [cell()]], **more}]


def pie(n: int = 1, value: Any = 1, label: int = 3) -> list[Block]:
    segments = [{"label": "x" * label, "value": value}] * n
    return [{"type": "data_visualization", "title": "Load", "chart": {"type": "pie", "segments": segments}}]


def series(name: str = "web", points: int = 1, **more: Any) -> Block:
    return {"name": name, "data": [{"label": f"{n}", "value": -n, **more} for n in range(points)]}


def chart(*lines: Block, points: int = 1, kind: str = "line", **more: Any) -> list[Block]:
    axis = {"categories": [f"{n}" for n in range(points)], **more}
    drawn = {"type": kind, "series": list(lines) or [series(points=points)], "axis_config": axis}
    return [{"type": "data_visualization", "title": "Load", "chart": drawn}]


def task(n: int = 1, **more: Any) -> Block:
    return {"type": "task_card", "task_id": f"t{n}", "title": "Look", **more}


def plan(*tasks: Block, **more: Any) -> list[Block]:
    return [{"type": "plan", "title": "Looking", "tasks": list(tasks), **more}]


# (what Slack's reference says, how to build it with a size, the size)
MESSAGES: list[tuple[str, Make, int]] = [
    ("a container's title has at most 150 characters", lambda n: container(title=plain(n)), 150),
    ("a container's subtitle has at most 150", lambda n: container(subtitle=mrkdwn(n)), 150),
    ("a container has at most 10 blocks", lambda n: container(*[text_block()] * n), 10),
    (
        "a container's icon has an alt text of at most 2,000",
        lambda n: container(icon=PICTURE | {"alt_text": "x" * n}),
        2000,
    ),
    ("a data table has at most 200 rows and its header", lambda n: data_table(*[[cell()]] * n), 201),
    ("a data table has at most 20 columns", lambda n: data_table([cell()] * n, [cell()] * n), 20),
    ("a data table shows at most 100 rows a page", lambda n: data_table(page_size=n), 100),
    (
        "data tables have at most 20,000 characters in all cells",
        lambda n: data_table([cell()], [cell(9_999)]) + data_table([cell(5_000)], [cell(n - 15_000)]),
        20_000,
    ),
    ("a data table's row header is one of 20 columns", lambda n: data_table(row_header_column_index=n), 19),
    ("a chart's title has at most 50 characters", lambda n: [pie()[0] | {"title": "x" * n}], 50),
    ("a pie has at most 12 segments", pie, 12),
    ("a segment's label has at most 20 characters", lambda n: pie(label=n), 20),
    ("a chart has at most 12 series", lambda n: chart(*[series(f"{i}") for i in range(n)]), 12),
    ("a series has at most 20 data points", lambda n: chart(points=n), 20),
    ("a series' name has at most 20 characters", lambda n: chart(series("x" * n)), 20),
    ("a chart's x label has at most 50 characters", lambda n: chart(x_label="x" * n), 50),
    ("a chart's y label has at most 50 characters", lambda n: chart(y_label="x" * n), 50),
    (
        "a category has at most 20 characters",
        lambda n: chart({"name": "web", "data": [{"label": "x" * n, "value": 1}]}, categories=["x" * n]),
        20,
    ),
    ("a message has at most two charts", lambda n: pie() * n, 2),
    ("a plan has at most 50 tasks", lambda n: plan(*(task(i) for i in range(n))), 50),
    ("a message has at most one plan", lambda n: plan(task()) * n, 1),
    ("a card's subtext has at most 200", lambda n: [{"type": "card", "title": plain(3), "subtext": mrkdwn(n)}], 200),
]

# (the rule, the blocks of a message that break it, a part of Slack's message)
INSIDE: list[tuple[str, list[Block], str]] = [
    ("a container has a title", container(title=None), "must provide title or rich_text_title"),
    ("a container is not empty", [container()[0] | {"child_blocks": []}], "no less than 1 items"),
    ("containers do not stand in containers", container(*container()), "unsupported type: container"),
    ("cards do not stand in containers", container({"type": "card", "title": plain(3)}), "unsupported type: card"),
    ("a container's width is one of four", container(width="huge"), "narrow, standard, wide, full"),
    ("a container's title is plain_text", container(title=mrkdwn(3)), "must be one of: plain_text"),
    ("block_ids are unique in containers", container(*[text_block(block_id="a")] * 2), '"a" already exists'),
    ("a data table has a caption", data_table(caption=None), "missing required field: caption"),
    ("a data table has a row below its header", data_table([cell()]), "no less than 2 items"),
    ("a data table's rows are even", data_table([cell()], [cell()] * 2), "same number of cells"),
    ("a data table's header is plain", data_table([SAID], [cell()]), "unsupported type: rich_text"),
    ("a data table's page has a row", data_table(page_size=0), "must be more than 0"),
    (
        "a cell with a button has one",
        data_table([cell()], [{"type": "action_cell"}]),
        "missing required field: element",
    ),
    (
        "a cell holds no menu",
        data_table([cell()], [pressed() | {"element": select()[0]["elements"][0]}]),
        "static_select",
    ),
    (
        "action_ids in a data table are unique",
        data_table([cell()], *[[pressed(action_id="a")]] * 2),
        '"a" already exists',
    ),
    ("cells with a button stand in data tables alone", [{"type": "table", "rows": [[pressed()]]}], "action_cell"),
    ("a cell's number says how it reads", data_table([cell()], [{"type": "raw_number", "value": 7}]), "field: text"),
    ("a chart has a title", [pie()[0] | {"title": None}], "missing required field: title"),
    ("a chart is of a known kind", [pie()[0] | {"chart": {"type": "radar"}}], "unsupported type: radar"),
    ("a segment is above zero", pie(value=0), "must be more than 0"),
    ("a segment is a number", pie(value="7"), "must be a number"),
    ("a data point is a number", chart(series(value="7")), "must be a number"),
    ("names of series are unique", chart(series(), series()), "names of series must be unique"),
    ("a series has a point for each category", chart(series(points=1), points=2), "one data point for each category"),
    ("a chart has axes", [pie()[0] | {"chart": {"type": "bar", "series": [series()]}}], "field: axis_config"),
    ("a task has an id", [task(task_id=None)], "missing required field: task_id"),
    ("a task stands somewhere", [task(status="done")], "pending, in_progress, complete, error"),
    ("a source has words", [task(sources=[{"type": "url", "url": "https://x.org"}])], "missing required field: text"),
    ("a task's details are rich text", [task(details=text_block())], "unsupported type: section"),
    ("a plan has tasks alone", plan(text_block()), "unsupported type: section"),
    ("a plan's task_ids are unique", plan(task(), task()), '"t1" already exists'),
]
ELSEWHERE: dict[str, list[Block]] = {
    "container": container(),
    "data_table": data_table(),
    "data_visualization": pie(),
    "task_card": [task()],
    "plan": plan(task()),
    "card": [{"type": "card", "title": plain(3)}],
    "carousel": [{"type": "carousel", "elements": [{"type": "card", "title": plain(3)}]}],
}
"""What stands in no dialog."""


@pytest.mark.refuses("invalid_blocks")
@pytest.mark.parametrize(("sentence", "make", "most"), MESSAGES, ids=[row[0] for row in MESSAGES])
async def test_messages(sentence: str, make: Make, most: int) -> None:
    await takes_so_many_in_a_message(make, most, sentence)


@pytest.mark.refuses("invalid_blocks")
@pytest.mark.parametrize(("sentence", "blocks", "words"), INSIDE, ids=[row[0] for row in INSIDE])
async def test_inside(sentence: str, blocks: list[Block], words: str) -> None:
    await refuses_in_a_message(blocks, words, sentence)


@pytest.mark.refuses("invalid_attachments")
async def test_a_table_in_a_container_is_counted() -> None:
    table = {"type": "table", "rows": [[cell()]]}
    async with stage() as s:
        refused = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=[table, *container(table)])
        assert refused["error"] == "invalid_attachments"


@pytest.mark.refuses("invalid_arguments")
@pytest.mark.parametrize("kind", ELSEWHERE)
async def test_what_is_for_messages_and_the_home_tab_is_refused_in_dialogs(kind: str) -> None:
    await refuses_in_a_dialog(kind, ELSEWHERE[kind])


@pytest.mark.refuses("invalid_arguments")
@pytest.mark.parametrize("kind", ELSEWHERE)
async def test_the_home_tab_takes_all_of_them_but_tasks(kind: str) -> None:
    async with stage() as s:
        view = {"type": "home", "blocks": ELSEWHERE[kind]}
        answer = await s.api("views.publish", user_id=s.olga.id, view=view)
        assert answer["ok"] is (kind not in ("task_card", "plan")), answer


@pytest.mark.refuses("invalid_arguments")
async def test_a_home_tab_holds_tables_to_their_sum() -> None:
    async with stage() as s:
        for n, ok in ((10_000, True), (10_001, False)):
            view = {"type": "home", "blocks": [{"type": "table", "rows": [[cell(n // 2)], [cell(n - n // 2)]]}]}
            assert (await s.api("views.publish", user_id=s.olga.id, view=view))["ok"] is ok


async def test_what_stands_in_a_container_is_pressed_chosen_and_seen() -> None:
    menu = select(options=[option(5), option(6, 2)], placeholder=plain(9), action_id="size")[0] | {"block_id": "menus"}
    blocks = container(text_block(accessory=button("Stop", action_id="stop")), menu, subtitle=mrkdwn(4))
    async with stage() as s:
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks))["ok"]
        assert s.olga.sees("xxxxx\nxxxx\n"), s.olga.screen()
        await s.olga.chooses("x" * 9, "x" * 6)
        await s.olga.clicks("Stop")
        told = s.bot.got[-1].data
        assert told["actions"][0]["action_id"] == "stop"
        assert told["state"]["values"]["menus"]["size"]["selected_option"]["value"] == "vv"


async def test_a_button_in_a_data_table_tells_the_bot_and_everything_new_reads_as_it_is_drawn() -> None:
    rows = [[cell(4), cell(2)], [{"type": "raw_number", "value": 0.7, "text": "70 %"}, pressed(value="web-1")]]
    done = task(
        status="complete", details=SAID, output=SAID, sources=[{"type": "url", "url": "https://x", "text": "x.org"}]
    )
    blocks = [*data_table(*rows), *pie(), *chart(series(points=2), points=2), *plan(done, title="Worked")]
    async with stage() as s:
        posted = await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=blocks)
        assert posted["message"]["blocks"][0]["rows"][1][1]["element"]["action_id"]
        for words in (
            "Load\nxxxx | xx\n70 % | [Go]",
            "xxx: 1",
            "web: 0: 0, 1: -1",
            "Worked\n(complete) Look\nx\nx\nx.org",
        ):
            assert s.olga.sees(words), s.olga.screen()
        await s.olga.clicks("Go")
        assert s.bot.got[-1].data["actions"][0]["value"] == "web-1"


async def test_a_task_may_hide_its_title_and_in_a_plan_leave_out_its_type() -> None:
    bare = {"task_id": "t9", "title": "Unnamed", "hide_title": True, "details": SAID}
    async with stage() as s:
        assert (await s.api("chat.postMessage", channel=s.ops.id, text="x", blocks=plan(bare)))["ok"]
        assert s.olga.sees("(pending)\nx")
        assert not s.olga.sees("Unnamed")
