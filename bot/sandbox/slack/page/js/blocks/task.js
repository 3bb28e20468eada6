/** What an agent is doing: one task, or a plan of several. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { link } from "../text/draw.js";
import { richText } from "../text/rich_text.js";

/** status → [what it is called, its sign]. */
const STATUS = {
  pending: ["Pending", "clock"],
  in_progress: ["In progress", "more"],
  complete: ["Complete", "check"],
  error: ["Error", "warning"],
};

export function taskCard(task) {
  const status = task.status in STATUS ? task.status : "pending";
  const [called, sign] = STATUS[status];
  return h(
    "div",
    { class: "task", role: "group", "data-status": status },
    icon(sign, 18),
    h(
      "div",
      { class: "task-words" },
      h(
        "div",
        { class: "task-title" },
        h("span", { class: "hidden-words" }, `${called}: `),
        !task.hide_title && task.title,
      ),
      task.details && richText(task.details),
      task.output && h("div", { class: "task-output" }, richText(task.output)),
      task.sources?.length > 0 &&
        h(
          "ul",
          { class: "task-sources" },
          task.sources.map((source) => h("li", null, link(source.url, source.text))),
        ),
    ),
  );
}

export function planBlock(plan) {
  return h(
    "div",
    { class: "plan", role: "group" },
    h("h3", { class: "plan-title" }, plan.title),
    (plan.tasks ?? []).map(taskCard),
  );
}
