/** The sandbox's clock, and buttons that move it ahead. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { postBare } from "../core/api.js";
import { adoptClock, now, on, workspace } from "../core/workspace.js";

const STEPS = [
  ["+1 min", 60],
  ["+1 h", 3600],
  ["+1 day", 86_400],
];

const APART = "The app's own clock was not moved: requests to it are signed with the real time.";

export function clockControl() {
  const time = h("time", { class: "clock-now" });
  const note = h("span", { class: "clock-note" });
  const apart = h("p", { class: "clock-apart" });
  const draw = () => {
    const date = now();
    time.dateTime = date.toISOString();
    time.textContent = date.toLocaleString("en-US", {
      weekday: "short",
      month: "short",
      day: "numeric",
      hour: "numeric",
      minute: "2-digit",
      second: "2-digit",
    });
    note.textContent = workspace.clockMoved ? `${span(workspace.clockMoved)} ahead` : "";
    apart.textContent = workspace.clockMoved && !workspace.botFollows ? APART : "";
  };
  const move = async (seconds) => {
    const answer = await postBare("clock", { seconds });
    if (answer.now !== undefined) adoptClock(answer);
  };
  on("clock", draw);
  setInterval(() => document.hidden || draw(), 1000);
  draw();
  return h(
    "footer",
    { class: "clock", role: "group", "aria-label": "The sandbox's clock", "data-testid": "clock" },
    h("div", { class: "clock-face" }, icon("clock", 16), time, note),
    h(
      "div",
      { class: "clock-steps" },
      STEPS.map(([words, seconds]) =>
        h("button", { type: "button", class: "button button-tiny", onclick: () => move(seconds) }, words),
      ),
    ),
    apart,
  );
}

function span(seconds) {
  const parts = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  let rest = Math.round(seconds);
  const words = [];
  for (const [unit, size] of parts) {
    if (rest >= size) words.push(`${Math.floor(rest / size)} ${unit}`);
    rest %= size;
  }
  return words.slice(0, 2).join(" ");
}
