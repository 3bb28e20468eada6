/** What stands in a `context_actions` block: thumbs up and down, and buttons that are an icon. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { workspace } from "../core/workspace.js";
import { plainText } from "../text/draw.js";

export function feedbackButtons(element, place) {
  const thumbs = [
    [element.positive_button, "thumbUp", "Good"],
    [element.negative_button, "thumbDown", "Bad"],
  ].map(([given, sign, otherwise]) => {
    const words = plainText(given?.text) || otherwise;
    return h(
      "button",
      {
        type: "button",
        class: "tool feedback",
        title: words,
        "aria-label": given?.accessibility_label || words,
        "aria-pressed": "false",
        "data-action-id": element.action_id,
        onclick: async (event) => {
          const pressed = event.currentTarget;
          await place.changed(element, { value: given?.value ?? "" }, pressed, { keep: false });
          for (const each of thumbs) each.setAttribute("aria-pressed", String(each === pressed));
        },
      },
      icon(sign),
    );
  });
  return h("span", { class: "feedback-pair", role: "group", "aria-label": "Feedback" }, thumbs);
}

/** Slack knows one icon so far, `trash`. Some are shown to a few people only. */
export function iconButton(element, place) {
  const readers = element.visible_to_user_ids;
  if (readers?.length && !readers.includes(workspace.user)) return null;
  const words = plainText(element.text);
  return h(
    "button",
    {
      type: "button",
      class: "tool",
      title: words,
      "aria-label": element.accessibility_label || words,
      "data-action-id": element.action_id,
      onclick: (event) => place.changed(element, {}, event.currentTarget, { keep: false }),
    },
    icon(element.icon === "trash" ? "trash" : "bolt"),
  );
}
