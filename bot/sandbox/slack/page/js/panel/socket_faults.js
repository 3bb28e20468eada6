/** What Slack, or the net between, does to the connections of an app in Socket Mode. */

import { h, refill } from "../core/dom.js";
import { on, workspace } from "../core/workspace.js";

const FAULTS = [
  ["Warn", "socket_warn", "Slack says that the end comes in 10\u00a0s, by the clock here."],
  ["Refresh", "socket_refresh", "Slack asks for another connection and closes this one."],
  ["Drop", "socket_drop", "It is lost suddenly, without a word."],
  ["Deafen", "socket_deafen", "It stays open, but nothing passes it any more."],
];

/** `ask(act)` does one. Without a connection there is a sentence instead. */
export function socketFaults(ask) {
  const state = h("p", { role: "status" });
  const rows = h(
    "ul",
    { class: "admin-list" },
    FAULTS.map(([words, act, note]) => row(words, note, () => ask(act))),
  );
  const node = h("div", { class: "admin-app", "data-testid": "socket-faults" }, state, rows);
  let held = null;
  const draw = () => {
    const { connections } = workspace.app;
    refill(state, sentence(workspace.app));
    if (!connections.length && rows.contains(document.activeElement)) held = document.activeElement;
    rows.hidden = !connections.length;
    // What was pressed takes its own row away until the app is back.
    if (connections.length && document.activeElement === document.body) held?.focus();
    if (connections.length) held = null;
  };
  on("workspace", draw);
  draw();
  return node;
}

function sentence({ socket_mode: isOn, connections }) {
  const name = workspace.bot.name || "The app";
  if (!connections.length)
    return isOn ? `Socket Mode is on, but ${name} isn't connected.` : `${name} is called over HTTP: it has none.`;
  const many = connections.length === 1 ? "one socket" : `${connections.length} sockets`;
  const [deaf, leaving] = [connections.filter((each) => each.deaf), connections.filter((each) => each.leaving)];
  return [
    `${name} is connected over ${many}.`,
    deaf.length > 0 && h("span", { class: "tag" }, `${deaf.length} deaf`),
    leaving.length > 0 && h("span", { class: "tag" }, `${leaving.length} ending`),
  ];
}

function row(words, note, act) {
  return h(
    "li",
    { class: "admin-row" },
    h("span", { class: "admin-note" }, note),
    h(
      "div",
      { class: "admin-acts" },
      h(
        "button",
        { type: "button", class: "button button-tiny", "aria-label": `${words} the connection`, onclick: act },
        words,
      ),
    ),
  );
}
