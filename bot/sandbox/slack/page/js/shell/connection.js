/** The quiet bar that says the connection is broken, shown only when that lasts. */

import { h } from "../core/dom.js";
import { on } from "../core/workspace.js";

const PATIENCE_MS = 600;

export function connectionBar() {
  const node = h("div", { class: "connection", role: "status", hidden: true });
  let timer = 0;
  on("connection", (isThere) => {
    clearTimeout(timer);
    if (isThere) {
      node.hidden = true;
      node.replaceChildren();
      return;
    }
    timer = setTimeout(() => {
      node.hidden = false;
      node.replaceChildren(h("span", { class: "spinner", "aria-hidden": "true" }), "Reconnecting…");
    }, PATIENCE_MS);
  });
  return node;
}
