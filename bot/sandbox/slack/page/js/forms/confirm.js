/** The question Slack asks before an element with `confirm` acts. */

import { h, freshId } from "../core/dom.js";
import { plainText, textObject } from "../text/draw.js";
import { holdFocus } from "./focus.js";

/** Resolves to whether the person agreed. */
export function confirmed(confirm, opener) {
  const [titleId, textId] = [freshId("title"), freshId("text")];
  return new Promise((resolve) => {
    const answer = (agreed) => {
      dialog.close();
      dialog.remove();
      opener?.focus?.();
      resolve(agreed);
    };
    const deny = h(
      "button",
      { type: "button", class: "button", onclick: () => answer(false) },
      plainText(confirm.deny) || "Cancel",
    );
    const agree = h(
      "button",
      {
        type: "button",
        class: `button ${confirm.style === "danger" ? "button-danger" : "button-primary"}`,
        onclick: () => answer(true),
      },
      plainText(confirm.confirm) || "Yes",
    );
    const dialog = h(
      "dialog",
      {
        class: "modal confirm",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": titleId,
        "aria-describedby": textId,
      },
      h("div", { class: "modal-head" }, h("h2", { id: titleId }, plainText(confirm.title) || "Are you sure?")),
      h("div", { class: "modal-body mrkdwn", id: textId }, textObject(confirm.text)),
      h("div", { class: "modal-foot" }, deny, agree),
    );
    document.body.append(dialog);
    holdFocus(dialog, () => answer(false));
    dialog.showModal();
    agree.focus();
  });
}
