/** The "…" button with a short menu. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { openMenu } from "../core/popover.js";
import { textObject } from "../text/draw.js";

export function overflow(element, place) {
  const button = h(
    "button",
    {
      type: "button",
      class: "button button-small overflow",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-action-id": element.action_id,
      "aria-label": element.accessibility_label || "More options",
    },
    icon("more", 18),
  );
  button.addEventListener("click", () => {
    const choose = (option) => place.changed(element, { selected_option: option }, button, { keep: false });
    openMenu(
      button,
      (element.options ?? []).map((option) => item(option, choose)),
      { label: "More options", align: "end" },
    );
  });
  return button;
}

function item(option, choose) {
  const words = [
    h("span", null, textObject(option.text)),
    option.description && h("span", { class: "menu-note" }, textObject(option.description)),
  ];
  const attributes = { role: "menuitem", class: "menu-item", tabindex: "-1", onclick: () => choose(option) };
  if (/^https?:/i.test(option.url ?? ""))
    return h("a", { ...attributes, href: option.url, target: "_blank", rel: "noopener noreferrer" }, words);
  return h("button", { ...attributes, type: "button" }, words);
}
