/** An `input` block: label, element, hint, and the error at the field. */

import { h, freshId } from "../core/dom.js";
import { plainText, textObject } from "../text/draw.js";
import { drawElement } from "../forms/elements.js";
import { Place } from "./place.js";

const GROUPS = new Set(["checkboxes", "radio_buttons"]);

export function inputBlock(block, surface) {
  const [labelId, hintId, errorId] = [freshId("label"), freshId("hint"), freshId("error")];
  const place = new Place(surface, block.block_id, {
    label: plainText(block.label),
    labelId,
    inInput: true,
    dispatch: Boolean(block.dispatch_action),
    optional: Boolean(block.optional),
    describedBy: block.hint ? `${hintId} ${errorId}` : errorId,
  });
  const words = [
    h("span", { id: labelId }, textObject(block.label)),
    block.optional && h("span", { class: "optional" }, " (optional)"),
  ];
  const label = GROUPS.has(block.element?.type)
    ? h("div", { class: "field-label" }, words)
    : h("label", { class: "field-label", for: place.controlId }, words);
  return [
    label,
    drawElement(block.element ?? {}, place),
    h("p", { class: "field-error", id: errorId, role: "alert" }),
    block.hint && h("p", { class: "field-hint", id: hintId }, textObject(block.hint)),
  ].filter(Boolean);
}

/** Shows a sentence at a field, or takes it away when empty; gives whether the field is there. */
export function fieldError(root, blockId, words) {
  const block = root.querySelector(`[data-block-id="${CSS.escape(blockId)}"]`);
  const line = block?.querySelector(".field-error");
  if (!line) return false;
  line.textContent = words;
  block.classList.toggle("has-error", Boolean(words));
  for (const control of block.querySelectorAll("[data-action-id]")) {
    if (words) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
  return true;
}
