/** A button. It shows that it was pressed until the app has answered; one with a `url` opens it as well. */

import { h } from "../core/dom.js";
import { textObject } from "../text/draw.js";

const SAFE_URL = /^(https?:|mailto:|slack:)/i;

export function button(element, place) {
  const style = { primary: "button-primary", danger: "button-danger" }[element.style] ?? "";
  const attributes = {
    class: `button button-small ${style}`,
    "data-action-id": element.action_id,
    "aria-label": element.accessibility_label || null,
  };
  const words = h("span", { class: "button-words" }, textObject(element.text));
  const press = (event) => place.changed(element, {}, event.currentTarget, { keep: false });
  if (element.url && SAFE_URL.test(element.url)) {
    return h(
      "a",
      {
        ...attributes,
        role: "button",
        href: element.url,
        target: "_blank",
        rel: "noopener noreferrer",
        onclick: press,
      },
      words,
    );
  }
  return h("button", { ...attributes, type: "button", onclick: press }, words);
}

/** Workflows run in Slack alone: here the button says so. */
export function workflowButton(element, place) {
  const words = "This button starts a workflow in Slack. The local Slack runs no workflows.";
  return button(element, { changed: () => place.surface.onFailure(words) });
}
