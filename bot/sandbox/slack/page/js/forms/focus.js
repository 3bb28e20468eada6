/** Keeps the focus inside a dialog, and gives Escape to its own way of closing. */

import { focusable } from "../core/dom.js";

export function holdFocus(dialog, onEscape) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
    } else if (event.key === "Tab") wrap(dialog, event);
  });
}

function wrap(dialog, event) {
  const all = focusable(dialog);
  if (!all.length) return;
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement !== edge && document.activeElement !== dialog) return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0]).focus();
}
