/** A `container`: blocks under a title, which may fold away. What a person unfolded stays so while blocks change. */

import { h } from "../core/dom.js";
import { textObject } from "../text/draw.js";
import { richText } from "../text/rich_text.js";
import { picture } from "./media.js";

const unfolded = new WeakMap();

/** `fill(parent)` draws the blocks in it. */
export function containerBlock(block, surface, fill) {
  const inside = h("div", { class: "container-blocks" });
  fill(inside);
  const name = `container container-${WIDTHS.has(block.width) ? block.width : "standard"}`;
  if (block.is_collapsible) return folding(block, surface, name, inside);
  const divided = block.has_header_divider ? " container-divided" : "";
  const head = h("div", { class: "container-head" }, heading(block));
  return h("div", { class: name + divided, role: "group" }, head, inside);
}

const WIDTHS = new Set(["narrow", "standard", "wide", "full"]);

function folding(block, surface, name, inside) {
  const known = unfolded.get(surface) ?? new Map();
  unfolded.set(surface, known);
  const isOpen = known.get(block.block_id) ?? !block.default_collapsed;
  const head = h("summary", { class: "container-head" }, heading(block));
  const node = h("details", { class: name, open: isOpen }, head, inside);
  node.addEventListener("toggle", () => known.set(block.block_id, node.open));
  return node;
}

function heading(block) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : textObject(block.title);
  return [
    block.icon && picture(block.icon, "card-icon"),
    h(
      "div",
      { class: "card-names" },
      h("div", { class: "card-title" }, title),
      block.subtitle && h("div", { class: "card-subtitle mrkdwn" }, textObject(block.subtitle)),
    ),
  ];
}
