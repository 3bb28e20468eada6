/** What to try first, until it was tried or put away. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { keep, recall } from "../core/remember.js";
import { on, workspace } from "../core/workspace.js";

/** `onTry(text)` puts a text into the composer. Null when the hint was put away before. */
export function firstHint(onTry) {
  const command = workspace.commands[0]?.command;
  if (!command || recall("hint") === "seen") return null;
  const hasList = /\blist\b/.test(workspace.commands[0].usage_hint ?? "");
  const [first, ...more] = hasList ? [`${command} list`, `${command} help`] : [command];
  const tryIt = (text) =>
    h("button", { type: "button", class: "try", onclick: () => onTry(text) }, h("code", null, text));
  const node = h(
    "aside",
    { class: "hint", "aria-label": "What to try" },
    h(
      "div",
      { class: "hint-words" },
      h(
        "p",
        null,
        h("strong", null, `Type ${first}`),
        hasList ? " to see the servers, or press one of these and then Enter:" : ", or press it here and then Enter:",
      ),
      h("p", { class: "hint-tries" }, [first, ...more].map(tryIt)),
      h(
        "p",
        { class: "hint-note" },
        "Something that needs a second person? Choose who you are at the top right, in another tab.",
      ),
    ),
    h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Put this hint away", onclick: () => putAway() },
      icon("close", 16),
    ),
  );
  const putAway = () => {
    keep("hint", "seen");
    node.remove();
    stopListening();
  };
  const stopListening = on("said", (text) => text.startsWith(command) && putAway());
  return node;
}
