"""What an agent is doing, step by step: docs.slack.dev/reference/block-kit/blocks/task-card-block and …/plan-block.

A plan's 50 tasks, their unique ids, `hide_title` and messages as the one surface are from `skills/block-kit` of
slackapi/slack-skills-plugin. Slack publishes no length for a title: it has the longest text of a text object, and all
blocks of a message are held to their sum.
"""

from typing import Any

from bot.sandbox.slack.rules.blocks import ID
from bot.sandbox.slack.rules.checks import flag, many, one_of, string, url
from bot.sandbox.slack.rules.finding import Found, Json
from bot.sandbox.slack.rules.rich_text import RICH_TEXT
from bot.sandbox.slack.rules.shapes import check_part, one_of_kinds, shape, typed_part

TASKS = 50
TITLE = 3000

shape("url", {"url": url(), "text": string(TITLE, 1)}, required=("url", "text"))
shape(
    "task_card",
    {
        **ID,
        "task_id": string(255, 1),
        "title": string(TITLE, 1),
        "hide_title": flag(),
        "details": typed_part((RICH_TEXT.kind,), "a task's details"),
        "output": typed_part((RICH_TEXT.kind,), "a task's output"),
        "sources": many(one_of_kinds(("url",), "a task's sources"), "sources", 0, 100),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    required=("task_id", "title"),
    surfaces=("message",),
)


def _task(value: Any, at: str, found: Found) -> None:
    """In a plan Slack's own example leaves out a task's type."""
    kind = value.get("type", "task_card") if isinstance(value, dict) else None
    if kind != "task_card":
        found.add(at, f"unsupported type: {kind}")
    else:
        check_part(value, at, found, "task_card")


def _once_each(plan: Json, at: str, found: Found) -> None:
    ids = [task["task_id"] for task in plan.get("tasks") or []]
    if len(set(ids)) != len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        found.add(f"{at}/tasks", f'`task_id` "{twice}" already exists')


shape(
    "plan",
    {**ID, "title": string(TITLE, 1), "tasks": many(_task, "tasks", 0, TASKS)},
    required=("title",),
    specials=[("task_ids", "The task_ids within one plan are unique.", _once_each)],
    surfaces=("message",),
)
TASK_BLOCKS = ("task_card", "plan")
