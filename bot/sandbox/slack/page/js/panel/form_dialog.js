/** A small dialog of the panel with a few fields. It stays open, with a sentence, until what it asks for is done. */

import { h, focusable, freshId } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { holdFocus } from "../forms/focus.js";

/**
 * `fields`: {name, label, value?} for a text, with `options: [{value, words}]` for a choice.
 * `send(values)` does it and gives what is wrong, in a sentence, or an empty text.
 */
export function openForm({ title, note, fields, submit, send }, opener) {
  if (document.querySelector("dialog[open]")) return; // pressed twice, or the app was quicker
  const [titleId, noteId] = [freshId("title"), freshId("note")];
  const close = () => {
    dialog.close();
    dialog.remove();
    opener.focus();
  };
  const failure = h("p", { class: "modal-banner", role: "alert" });
  const go = h("button", { type: "submit", class: "button button-primary" }, submit);
  const inputs = fields.map((field) => input(field));
  const body = h("div", { class: "modal-body" }, failure, h("p", { id: noteId, class: "menu-note" }, note));
  fields.forEach((field, i) =>
    body.append(
      h(
        "div",
        { class: "block-input" },
        h("label", { class: "field-label", for: inputs[i].id }, field.label),
        inputs[i],
      ),
    ),
  );
  const form = h(
    "form",
    { novalidate: true, method: "dialog", onsubmit: (event) => sent(event) },
    h(
      "div",
      { class: "modal-head" },
      h("h2", { id: titleId }, title),
      h(
        "button",
        { type: "button", class: "icon-button modal-cross", "aria-label": "Close dialog", onclick: close },
        icon("close"),
      ),
    ),
    body,
    h("div", { class: "modal-foot" }, h("button", { type: "button", class: "button", onclick: close }, "Cancel"), go),
  );
  const sent = async (event) => {
    event.preventDefault();
    if (go.getAttribute("aria-busy") === "true") return;
    go.setAttribute("aria-busy", "true");
    failure.textContent = "";
    const wrong = await send(Object.fromEntries(fields.map(({ name }, i) => [name, inputs[i].value.trim()])));
    if (!dialog.isConnected) return; // it was cancelled meanwhile
    go.removeAttribute("aria-busy");
    if (!wrong) close();
    else failure.textContent = wrong;
  };
  const dialog = h(
    "dialog",
    {
      class: "modal confirm",
      role: "dialog",
      "aria-modal": "true",
      "aria-labelledby": titleId,
      "aria-describedby": noteId,
    },
    form,
  );
  document.body.append(dialog);
  holdFocus(dialog, close);
  dialog.showModal();
  focusable(body)[0]?.focus();
  inputs[0]?.select?.();
}

function input({ name, value = "", options }) {
  const id = freshId("field");
  if (!options) return h("input", { id, name, class: "text-input", value, autocomplete: "off", spellcheck: "false" });
  return h(
    "select",
    { id, name, class: "text-input" },
    options.map((option) =>
      h("option", { value: option.value, selected: String(option.value) === String(value) }, option.words),
    ),
  );
}
